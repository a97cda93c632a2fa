import type { ObjectStore } from 'nats';
import { digestOf } from '../../bundles/archive.ts';
import type { BundleStore } from '../../bundles/ports.ts';

/** A store that goes away in the middle of an answer never ends it. Milliseconds. */
const READ_WITHIN_MS = 10_000;

/** Bundles in the object store `knell_bundles`, each named by its digest. A name is written once. */
export function createBundleStore(objects: ObjectStore): BundleStore {
  async function get(digest: string): Promise<Buffer | undefined> {
    const found = await within(READ_WITHIN_MS, objects.getBlob(digest));
    return found ? Buffer.from(found) : undefined;
  }
  return {
    get,
    async put(digest, bytes) {
      // What is there stays, unless it is not what its name says.
      const known = await get(digest).catch(() => undefined);
      if (known && digestOf(known) === digest) return;
      await objects.putBlob({ name: digest, description: 'knell rules' }, bytes);
    },
  };
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`the object store did not answer within ${limitMs} ms`), { code: 'TIMEOUT' });
    timer = setTimeout(() => reject(error), limitMs);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

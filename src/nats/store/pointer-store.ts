import { KvWatchInclude } from 'nats';
import type { PointerStore } from '../../bundles/ports.ts';
import { PointerName, RulesPointer } from '../../contracts/rules-pointer.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';

/** The pointers to published rules in the key-value bucket `knell_rules`, written by compare-and-set. */
export function createPointerStore(bucket: Bucket): PointerStore {
  return {
    async get(name) {
      const entry = await bucket.get(name);
      if (!entry) return undefined;
      return { pointer: entry.operation === 'PUT' ? parse(name, entry.value) : undefined, revision: entry.revision };
    },
    put: (pointer, revision) => putIfUnchanged(bucket, pointer.name, JSON.stringify(pointer), revision),
    async history(name) {
      const found: RulesPointer[] = [];
      for await (const { value } of await bucket.history({ key: name })) {
        const pointer = parse(name, value);
        if (pointer) found.push(pointer);
      }
      return found;
    },
    async names() {
      const found: PointerName[] = [];
      for await (const key of await bucket.keys()) {
        const name = PointerName.safeParse(key);
        if (name.success) found.push(name.data);
      }
      return found.sort();
    },
    async watch(listener) {
      const entries = await bucket.watch({ include: KvWatchInclude.UpdatesOnly });
      void (async () => {
        for await (const _ of entries) listener();
      })();
      return () => entries.stop();
    },
  };
}

/** An entry is only what it says it is under its own name. */
function parse(name: PointerName, data: Uint8Array): RulesPointer | undefined {
  try {
    const pointer = RulesPointer.parse(JSON.parse(Buffer.from(data).toString('utf8')));
    return pointer.name === name ? pointer : undefined;
  } catch {
    return undefined;
  }
}

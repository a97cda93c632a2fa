import type { PointerStore } from '../../bundles/ports.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { PointerName, RulesPointer } from '../../contracts/rules-pointer.ts';
import { type Bucket, keysOf, valuesOf } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { watchBucket } from './watch-bucket.ts';

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
      return (await valuesOf(bucket, name)).flatMap((value) => parse(name, value) ?? []);
    },
    async names() {
      return (await keysOf(bucket)).flatMap((key) => PointerName.safeParse(key).data ?? []);
    },
    async watch(listener) {
      return (await watchBucket(bucket, () => listener(), { changesOnly: true })).stop;
    },
  };
}

/** An entry is only what it says it is under its own name. */
function parse(name: PointerName, data: Uint8Array): RulesPointer | undefined {
  const pointer = RulesPointer.safeParse(parseJson(data)).data;
  return pointer?.name === name ? pointer : undefined;
}

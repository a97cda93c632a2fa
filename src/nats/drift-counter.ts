import type { KV } from 'nats';
import type { UnmatchedCounter } from '../pipeline/ports/ports.ts';
import { putIfUnchanged } from './store/compare-and-set.ts';

/** Counts unknown failures in the key-value bucket `knell_fleet`, for all workers together. */
export function createUnmatchedCounter(bucket: KV): UnmatchedCounter {
  return {
    async count(fingerprint) {
      const key = `drift.${fingerprint}`;
      for (;;) {
        const entry = await bucket.get(key);
        const known = entry?.operation === 'PUT' ? Number(entry.string()) : 0;
        const count = (Number.isSafeInteger(known) ? known : 0) + 1;
        if (await putIfUnchanged(bucket, key, String(count), entry?.revision ?? 0)) return count;
      }
    },
  };
}

import { type KV, NatsError } from 'nats';
import type { DriftCounter } from '../pipeline/ports.ts';

const WRONG_LAST_SEQUENCE = 10071;

/** Counts unknown failures in the key-value bucket `knell_fleet`, for all workers together. */
export function createDriftCounter(bucket: KV): DriftCounter {
  return {
    async count(fingerprint) {
      const key = `drift.${fingerprint}`;
      for (;;) {
        const entry = await bucket.get(key);
        const known = entry?.operation === 'PUT' ? Number(entry.string()) : 0;
        const count = (Number.isSafeInteger(known) ? known : 0) + 1;
        try {
          await (entry ? bucket.update(key, String(count), entry.revision) : bucket.create(key, String(count)));
          return count;
        } catch (error) {
          if (!(error instanceof NatsError) || error.api_error?.err_code !== WRONG_LAST_SEQUENCE) throw error;
        }
      }
    },
  };
}

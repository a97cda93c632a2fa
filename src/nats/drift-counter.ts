import type { UnmatchedCounter } from '../pipeline/ports/ports.ts';
import { pauseAfterRaces } from '../pipeline/ports/race-pause.ts';
import type { Bucket } from './store/bucket.ts';
import { putIfUnchanged } from './store/compare-and-set.ts';

/** Counts unknown failures in the key-value bucket `knell_fleet`, for all workers together. */
export function createUnmatchedCounter(bucket: Bucket): UnmatchedCounter {
  return {
    async count(fingerprint) {
      const key = driftKey(fingerprint);
      for (let race = 0; ; race += 1) {
        await pauseAfterRaces(race);
        const entry = await bucket.get(key);
        const known = entry?.operation === 'PUT' ? Number(entry.string()) : 0;
        const count = (Number.isSafeInteger(known) ? known : 0) + 1;
        if (await putIfUnchanged(bucket, key, String(count), entry?.revision ?? 0)) return count;
      }
    },
  };
}

/** Under which key of the bucket a kind of unknown failure is counted. */
export function driftKey(fingerprint: string): string {
  return `drift.${fingerprint}`;
}

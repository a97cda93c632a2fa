import { runOf } from '../../classify/run-state.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { runKey } from '../../contracts/run.ts';
import { RunState } from '../../contracts/run-state.ts';
import type { RunStore } from '../../pipeline/ports/ports.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { watchBucket } from './watch-bucket.ts';

/**
 * Run states in the key-value bucket `knell_runs`, written by compare-and-set.
 *
 * @param onUnreadable called for an entry that is no run state: a newer knell's, or another program's writing
 */
export function createRunStore(bucket: Bucket, onUnreadable: (key: string, reason: string) => void): RunStore {
  const parse = (key: string, data: Uint8Array): RunState | undefined => {
    try {
      return RunState.parse(parseJson(data));
    } catch (error) {
      onUnreadable(key, String(error));
      return undefined;
    }
  };
  return {
    async get(run) {
      const entry = await bucket.get(runKey(run));
      if (entry?.operation !== 'PUT') return undefined;
      const state = parse(entry.key, entry.value);
      return state && { state, revision: entry.revision };
    },
    put: (state, revision) => putIfUnchanged(bucket, runKey(runOf(state)), JSON.stringify(state), revision),
    watch: (listener) =>
      watchBucket(bucket, ({ operation, key, value, revision }) => {
        const state = operation === 'PUT' ? parse(key, value) : undefined;
        if (state) listener(state, revision);
      }),
  };
}

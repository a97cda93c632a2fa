import { newRunState, runOf } from '../../classify/run-state.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { runKey } from '../../contracts/run.ts';
import { RunState } from '../../contracts/run-state.ts';
import type { RunStore } from '../../pipeline/ports/ports.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { readOnce } from './read-once.ts';
import { watchBucket } from './watch-bucket.ts';

/** An entry that is no run state: another program wrote it. */
export interface UnreadableState {
  readonly key: string;
  readonly revision: number;
  readonly reason: string;
}

/**
 * Run states in the key-value bucket `knell_runs`, written by compare-and-set. An entry that is no state of its run hides
 * nothing from the next write: it is read as a run of which nothing is known, at the revision that has to be replaced.
 * What a newer knell wrote is never replaced: reading it throws an error with code `RUN_STATE_FROM_NEWER_KNELL`.
 *
 * @param onUnreadable called each time that such an entry is seen
 */
export function createRunStore(bucket: Bucket, onUnreadable: (entry: UnreadableState) => void): RunStore {
  const parseEntry = readOnce(parse);
  return {
    async get(run) {
      const key = runKey(run);
      const entry = await bucket.get(key);
      if (entry?.operation !== 'PUT') return undefined;
      const { revision } = entry;
      const read = parse(key, entry.value);
      if (read.state) return { state: read.state, revision };
      if (read.isNewer) {
        throw Object.assign(new Error(`the state of run ${key} was written by a newer knell: update this one`), {
          code: 'RUN_STATE_FROM_NEWER_KNELL',
        });
      }
      onUnreadable({ key, revision, reason: read.reason });
      return { state: newRunState(run), revision, isUnreadable: true };
    },
    put: (state, revision) => putIfUnchanged(bucket, runKey(runOf(state)), JSON.stringify(state), revision),
    watch: (listener) =>
      watchBucket(bucket, (entry) => {
        if (entry.operation !== 'PUT') return;
        const { key, revision } = entry;
        const read = parseEntry(entry);
        if (read.state) listener(read.state, revision);
        else if (!read.isNewer) onUnreadable({ key, revision, reason: read.reason });
      }),
  };
}

type Read =
  | { readonly state: RunState }
  | { readonly state?: undefined; readonly reason: string; readonly isNewer: boolean };

/** An entry is a state only under the key of its own run. */
function parse(key: string, data: Uint8Array): Read {
  const json = parseJson(data);
  if (json === undefined) return { reason: 'it is not JSON', isNewer: false };
  const { success, data: state, error } = RunState.safeParse(json);
  if (success) {
    return runKey(runOf(state)) === key ? { state } : { reason: 'it is the state of another run', isNewer: false };
  }
  const schema = (json as { schema?: unknown } | null)?.schema;
  const isNewer = typeof schema === 'string' && /^knell\.run-state\/v([2-9]|[1-9]\d)/.test(schema);
  const [issue] = error.issues;
  return { reason: `${issue?.path.join('.') || 'it'}: ${issue?.message}`, isNewer };
}

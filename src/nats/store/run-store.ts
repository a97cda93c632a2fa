import { newRunState, runOf } from '../../classify/run-state.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { runKey } from '../../contracts/run.ts';
import { RunState } from '../../contracts/run-state.ts';
import type { RunStore } from '../../pipeline/ports/ports.ts';
import type { Bucket } from './bucket.ts';
import { revisionPut } from './compare-and-set.ts';
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
 * What this process wrote itself is remembered for some runs: it needs no check when it is read again.
 *
 * @param onUnreadable called each time that such an entry is seen
 */
export function createRunStore(bucket: Bucket, onUnreadable: (entry: UnreadableState) => void): RunStore {
  /** Run → what this process wrote of it last, unless a later write was seen since. */
  const own = new Map<string, { readonly revision: number; readonly json: string }>();

  function remember(key: string, revision: number, json: string): void {
    own.delete(key);
    if (own.size >= REMEMBERED) own.delete(own.keys().next().value as string);
    own.set(key, { revision, json });
  }

  /** A bucket that was made anew counts its revisions from the start, so the bytes have to be the same too. */
  function read(key: string, data: Uint8Array, revision: number): Read {
    const last = own.get(key);
    if (last?.revision === revision && Buffer.from(data).toString() === last.json)
      return { state: JSON.parse(last.json) as RunState };
    if (last && last.revision <= revision) own.delete(key);
    return parse(key, data);
  }

  const readEntry = readOnce(read);
  return {
    async get(run) {
      const key = runKey(run);
      const entry = await bucket.get(key);
      if (entry?.operation !== 'PUT') return undefined;
      const { revision } = entry;
      const found = read(key, entry.value, revision);
      if (found.state) return { state: found.state, revision };
      if (found.isNewer) {
        throw Object.assign(new Error(`the state of run ${key} was written by a newer knell: update this one`), {
          code: 'RUN_STATE_FROM_NEWER_KNELL',
        });
      }
      onUnreadable({ key, revision, reason: found.reason });
      return { state: newRunState(run), revision, isUnreadable: true };
    },
    recall(run) {
      const last = own.get(runKey(run));
      return last && { state: JSON.parse(last.json) as RunState, revision: last.revision };
    },
    async put(state, revision) {
      const key = runKey(runOf(state));
      const json = JSON.stringify(state);
      own.delete(key);
      const written = await revisionPut(bucket, key, json, revision);
      if (written !== undefined) remember(key, written, json);
      return written !== undefined;
    },
    watch: (listener) =>
      watchBucket(bucket, (entry) => {
        const { key, revision } = entry;
        if (entry.operation !== 'PUT') {
          own.delete(key);
          return;
        }
        const found = readEntry(entry);
        if (found.state) listener(found.state, revision);
        else if (!found.isNewer) onUnreadable({ key, revision, reason: found.reason });
      }),
  };
}

/** Of so many runs it is remembered what was written: some kilobytes each. */
const REMEMBERED = 8_192;

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

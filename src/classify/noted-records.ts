import type { Category } from '../contracts/categories.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { Outcome } from './outcome.ts';
import { isSharperCategory } from './sharper-causes.ts';

/** The most rules that are recorded for one run, and records that are kept to be withdrawn: a run's memory is bounded. */
export const MAX_RECORDED = 64;
const MAX_NOTED = 8;

/** The reason on a record that was withdrawn. */
export const GOT_OVER = 'the run got over it and reported its result';

/** Keeps a record that says that something failed, in case the run succeeds after all. */
export function noteRecord(state: RunState, record: FailureRecord): RunState {
  return { ...state, noted: [...state.noted, record].slice(-MAX_NOTED) };
}

/** The reason on a record of a failure that a later one of the same run says as well, or more exactly. */
export const SAID_BY_ANOTHER = 'another record names what the run failed of';

/**
 * Withdraws what was recorded of a run that has now reported its result: a later version of each record says that the run
 * got over it. What ended the run, or would have, is not withdrawn.
 *
 * @param seq sequence of the result in the log stream: what is recorded of a later turn stands
 */
export function withdrawNoted(state: RunState, seq = Number.POSITIVE_INFINITY): Outcome {
  return withdraw(state, ({ evidence }) => evidence.every((line) => (line.seq ?? 0) <= seq), GOT_OVER);
}

/**
 * Withdraws what was recorded of a run and is now said by the record on what it ended of: the same cause, one that this names more
 * exactly, or a failure that no rule knows. A run that failed of one thing is counted once; kinds of unknown failure are counted apart.
 */
export function withdrawSaid(state: RunState, category: Category): Outcome {
  const isSaid = (record: FailureRecord) =>
    ['unknown.unmatched', category].includes(record.category) || isSharperCategory(record.category, category);
  return withdraw(state, isSaid, SAID_BY_ANOTHER);
}

/** Withdraws one record of a run, where it is still noted. */
export function withdrawId(state: RunState, id: string, reason: string): Outcome {
  return withdraw(state, ({ record_id }) => record_id === id, reason);
}

function withdraw(state: RunState, isWithdrawn: (record: FailureRecord) => boolean, reason: string): Outcome {
  const withdrawn = state.noted.filter(isWithdrawn);
  if (withdrawn.length === 0) return { state, effects: [] };
  const effects = withdrawn.map((record) => ({
    kind: 'record' as const,
    record: { ...record, disposition: 'suppressed' as const, reason },
    revision: 1,
  }));
  return { state: { ...state, noted: state.noted.filter((record) => !isWithdrawn(record)) }, effects };
}

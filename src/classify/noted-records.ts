import type { FailureRecord } from '../contracts/failure-record.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { Outcome } from './outcome.ts';

/** The most records that are kept to be withdrawn: a run's memory is bounded. */
const MAX_NOTED = 8;

/** The reason on a record that was withdrawn. */
export const GOT_OVER = 'the run got over it and reported its result';

/** Keeps a record that says that something failed, in case the run succeeds after all. */
export function noteRecord(state: RunState, record: FailureRecord): RunState {
  return { ...state, noted: [...state.noted, record].slice(-MAX_NOTED) };
}

/**
 * Withdraws what was recorded of a run that has now reported its result: a later version of each record says that the run
 * got over it. What ended the run, or would have, is not withdrawn.
 */
export function withdrawNoted(state: RunState): Outcome {
  const { noted } = state;
  if (noted.length === 0) return { state, effects: [] };
  const effects = noted.map((record) => ({
    kind: 'record' as const,
    record: { ...record, disposition: 'suppressed' as const, reason: GOT_OVER },
    revision: 1,
  }));
  return { state: { ...state, noted: [] }, effects };
}

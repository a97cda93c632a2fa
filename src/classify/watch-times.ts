import type { RunState } from '../contracts/run-state.ts';
import type { CompiledStall } from '../ruleset/rule-set.ts';
import { withoutStall } from './check-silence.ts';
import { endedBadly } from './post-mortem/name-end.ts';

/**
 * Sets the times at which a run has to be looked at again, after its state has changed. They are kept in the run's
 * state, so they survive the process that set them.
 *
 * @param stall the packs' limits on silence for the run's runtime
 */
export function setWatchTimes(state: RunState, stall: CompiledStall | undefined, nowMs: number): RunState {
  // A session of several turns goes on behind a result.
  const isResult = state.succeeded !== undefined && state.goes_on !== 'turns';
  const over = state.exited !== undefined || isResult || state.verdict !== undefined;
  let next = state;
  if (over) next = withoutStall(next);
  else if (stall && !next.stall) next = { ...next, stall: { due_ms: (next.started_ms ?? nowMs) + stall.warnMs } };

  // A host that reported no start reports no end either, so nothing is missing.
  const isHostKnown = state.started_ms !== undefined || state.verdict?.acked !== undefined;
  if (stall?.completionMs !== undefined && state.succeeded && isResult && !state.exited && isHostKnown) {
    if (!next.completion) next = { ...next, completion: { due_ms: state.succeeded.at_ms + stall.completionMs } };
  } else if (next.completion) {
    const { completion: _, ...rest } = next;
    next = rest;
  }
  return next;
}

/** How long after a run's exit its last lines may still arrive, in milliseconds. */
const EXIT_CHECK_MS = 3_000;

/**
 * Schedules the look at a run that has just exited, for when its last lines have been read: where it exited badly, and where
 * something stands noted of a run that exited well, which its last lines may show that it got over. Its last lines may also show
 * that its credential works.
 */
export function setExitCheck(state: RunState, nowMs: number): RunState {
  if (state.exit_check || !(endedBadly(state) || mayHaveGotOver(state) || mayHaveWorked(state))) return state;
  return { ...state, exit_check: { due_ms: nowMs + EXIT_CHECK_MS } };
}

/** Whether a run has exited with 0, without a result that says so, after something was noted of it. */
export function mayHaveGotOver({ exited, verdict, succeeded, noted }: RunState): boolean {
  return exited?.code === 0 && !verdict && !succeeded && noted.length > 0;
}

/** Whether a run has exited with 0 without a result and without a failure, so that its credential may have worked. */
export function mayHaveWorked({ exited, verdict, succeeded, worked, noted, suspicions, ...state }: RunState): boolean {
  const { subscription, fingerprint } = state.credential ?? {};
  const isKnown = state.started_ms !== undefined && (subscription ?? fingerprint) !== undefined;
  const isOpen = !verdict && !succeeded && !worked && noted.length === 0 && suspicions.length === 0;
  return exited?.code === 0 && isKnown && isOpen;
}

/** When a run next has to be looked at, epoch milliseconds; undefined when nothing is awaited. */
export function nextDueMs(state: RunState): number | undefined {
  const { verdict } = state;
  const times = [
    ...state.suspicions.map(({ due_ms: due }) => due),
    state.stall?.due_ms,
    state.completion?.due_ms,
    state.exit_check?.due_ms,
    verdict && !verdict.acked && !verdict.unanswered ? verdict.next_offer_ms : undefined,
  ].filter((time): time is number => typeof time === 'number');
  return times.length === 0 ? undefined : Math.min(...times);
}

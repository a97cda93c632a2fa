import { isBefore } from '../contracts/position.ts';
import type { Run } from '../contracts/run.ts';
import { type Position, RunState } from '../contracts/run-state.ts';

/** What knell remembers of a run it has not seen before. */
export function newRunState(run: Run): RunState {
  return RunState.parse({ schema: 'knell.run-state/v1', ...run });
}

export function runOf(state: RunState): Run {
  return { agent: state.agent, execution: state.execution, attempt: state.attempt };
}

/** Forgets what counted towards a rule up to a position, because the run got over it there. */
export function forgetUpTo(state: RunState, ruleKey: string, position: Position): RunState {
  const after = (hit: Position): boolean => isBefore(position, hit);
  const counts = Object.fromEntries(
    Object.entries(state.counts).map(([key, hits]) => [key, key.startsWith(`${ruleKey}#`) ? hits.filter(after) : hits]),
  );
  return { ...state, counts };
}

/** A result takes back what was said before it, in whatever order the two are read. */
export function succeedAt(state: RunState, position: Position, atMs: number): RunState {
  const isAfter = (other: Position): boolean => isBefore(position, other);
  const counts = Object.entries(state.counts).map(([key, hits]) => [key, hits.filter(isAfter)] as const);
  return {
    ...state,
    ...(state.succeeded && isAfter(state.succeeded.position) ? {} : { succeeded: { at_ms: atMs, position } }),
    suspicions: state.suspicions.filter((suspicion) => isAfter(suspicion.position)),
    counts: Object.fromEntries(counts.filter(([, hits]) => hits.length > 0)),
  };
}

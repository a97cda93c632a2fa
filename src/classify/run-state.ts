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

/**
 * A result takes back what was said before it, in whatever order the two are read. Where another turn has begun behind it, it is not the
 * run's result.
 */
export function succeedAt(state: RunState, position: Position, atMs: number): RunState {
  const isAfter = (other: Position): boolean => isBefore(position, other);
  const isLater = (other: Position | undefined): boolean => other !== undefined && isAfter(other);
  const counts = Object.entries(state.counts).map(([key, hits]) => [key, hits.filter(isAfter)] as const);
  const isResult = !isLater(state.succeeded?.position) && !isLater(state.turn_began);
  return {
    ...state,
    ...(isResult && { succeeded: { at_ms: atMs, position } }),
    ...(!isLater(state.taken_back) && { taken_back: position }),
    suspicions: state.suspicions.filter((suspicion) => isAfter(suspicion.position)),
    counts: Object.fromEntries(counts.filter(([, hits]) => hits.length > 0)),
  };
}

/** A turn has begun, so that a result before it did not end the run, in whatever order the two are read. */
export function beginTurnAt(state: RunState, position: Position): RunState {
  const { succeeded, ...rest } = state;
  const isOver = succeeded !== undefined && isBefore(succeeded.position, position);
  const isLast = !(state.turn_began && isBefore(position, state.turn_began));
  return { ...(isOver ? rest : state), ...(isLast && { turn_began: position }) };
}

/** Whether a run had reported its result before a line. */
export function isReportedBefore({ succeeded }: Pick<RunState, 'succeeded'>, position: Position): boolean {
  return succeeded !== undefined && isBefore(succeeded.position, position);
}

/** Whether a result behind a line has taken it back. */
export function isTakenBack({ taken_back: result }: RunState, position: Position): boolean {
  return result !== undefined && isBefore(position, result);
}

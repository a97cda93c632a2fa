import { isDeepStrictEqual } from 'node:util';
import { applyRunEvent } from '../classify/apply-run-event.ts';
import { runOf } from '../classify/run-state.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { LogHistory } from './ports/ports.ts';

/**
 * The state with what the run's host has said of its start and its end that no worker has taken in yet; the state itself where that
 * is nothing. What hosts say and what runs print come from two streams, and a worker that was killed, or that is behind, holds what
 * it was given, so lines may be read first.
 *
 * @throws whatever reading the run's events throws
 */
export async function withUnreadEvents(state: RunState, history: Pick<LogHistory, 'eventsOf'>): Promise<RunState> {
  const { started_ms: startedMs } = state;
  const events = await history.eventsOf(runOf(state), startedMs !== undefined);
  // An older start says what the known one did not: a worker that was killed may have held it.
  const news = events.filter(({ event, atMs }) => event.type !== 'started' || atMs !== startedMs);
  const told = news.reduce((known, { event, atMs }) => applyRunEvent(known, event, atMs), state);
  return isDeepStrictEqual(told, state) ? state : told;
}

/**
 * The state of a run that lives and of which no start is known, though it had one that the stores do not hold, says so; any other is returned
 * as it is. To be asked of one with what its host has said.
 *
 * @throws whatever reading what is stored of the run throws
 */
export async function withLostStart(state: RunState, history: Pick<LogHistory, 'isStartLost'>): Promise<RunState> {
  if (state.exited || state.started_ms !== undefined || state.start_lost) return state;
  return (await history.isStartLost(runOf(state))) ? { ...state, start_lost: true } : state;
}

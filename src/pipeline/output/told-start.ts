import { newRunState } from '../../classify/run-state.ts';
import { type Run, runKey } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { LogHistory, RunStore } from '../ports/ports.ts';
import { withUnreadEvents } from '../unread-events.ts';

/** What a run's host has said of how its lines are to be read. */
export type ToldStart = Pick<RunState, 'runtime' | 'format'>;

/**
 * Makes what tells what a run's host has said of its runtime and its format, also where no worker has taken that in yet: then the run's
 * events are asked, once for a run, and what they say is kept for a bounded number of runs.
 *
 * @returns it throws whatever the store and reading the run's events throw
 */
export function createToldStarts(
  store: Pick<RunStore, 'get'>,
  history: Pick<LogHistory, 'eventsOf'>,
  capacity = 20_000,
): (run: Run) => Promise<ToldStart> {
  const asked = new Map<string, ToldStart>();

  async function ask(run: Run, key: string): Promise<ToldStart> {
    const { runtime, format } = await withUnreadEvents(newRunState(run), history);
    const told = { ...(runtime !== undefined && { runtime }), ...(format !== undefined && { format }) };
    if (asked.size >= capacity) asked.delete(asked.keys().next().value as string);
    asked.set(key, told);
    return told;
  }

  return async (run) => {
    const state = (await store.get(run))?.state;
    if (state?.started_ms !== undefined) return state;
    const key = runKey(run);
    return { ...state, ...(asked.get(key) ?? (await ask(run, key))) };
  };
}

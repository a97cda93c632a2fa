import type { Outcome } from '../../classify/outcome.ts';
import { succeedAt } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { LogHistory } from '../ports/ports.ts';
import { withLostStart, withUnreadEvents } from '../unread-events.ts';

/**
 * Decides on a run, and once more with what stands in the streams already where the decision would end the run: its start, which may
 * say whose credential it uses and what its command may still do, its exit and its result. They may be read later than the lines that are
 * decided on. What has ended by itself, or has reported its result, gets no command; nor does what may go on, for all that is known of it.
 *
 * @param unreadResult finds the result that stands unread before what is decided on, from the state that would be stored
 * @throws whatever `decide`, `unreadResult` and reading the run's events throw
 */
export async function decideWithUnread(
  before: RunState,
  decide: (state: RunState) => Promise<Outcome>,
  history: Pick<LogHistory, 'eventsOf' | 'isStartLost'>,
  unreadResult: (state: RunState) => Promise<RunState['succeeded']>,
): Promise<Outcome> {
  const outcome = await decide(before);
  if (before.exited || !outcome.effects.some(({ kind }) => kind === 'abort')) return outcome;
  const result = await unreadResult(outcome.state);
  const finished = result ? succeedAt(before, result.position, result.at_ms) : before;
  // Asked last: the run may have exited meanwhile.
  const known = await withLostStart(await withUnreadEvents(finished, history), history);
  return known === before ? outcome : decide(known);
}

import { applyRunEvent } from '../../classify/apply-run-event.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { runOf, succeedAt } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { LogHistory } from '../ports/ports.ts';

/**
 * Decides on a run, and once more with its end where that stands in the streams already and the decision would end the run: exits
 * and lines come from two streams, and a worker that was killed holds what it was given for some seconds, so another one may read later
 * lines first. What has ended by itself, or has reported its result, gets no command.
 *
 * @param unreadResult finds the result that stands unread before what is decided on, from the state that would be stored
 * @throws whatever `decide`, `unreadResult` and reading the run's events throw
 */
export async function decideWithEnd(
  before: RunState,
  decide: (state: RunState) => Promise<Outcome>,
  history: Pick<LogHistory, 'exitOf'>,
  unreadResult: (state: RunState) => Promise<RunState['succeeded']>,
): Promise<Outcome> {
  const outcome = await decide(before);
  if (before.exited || !outcome.effects.some(({ kind }) => kind === 'abort')) return outcome;
  const result = await unreadResult(outcome.state);
  // Asked last: the run may have exited meanwhile.
  const exit = await history.exitOf(runOf(before));
  if (!exit && !result) return outcome;
  const finished = result ? succeedAt(before, result.position, result.at_ms) : before;
  return decide(exit ? applyRunEvent(finished, exit.event, exit.storedMs) : finished);
}

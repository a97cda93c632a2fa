import { applyRunEvent } from '../../classify/apply-run-event.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { runOf } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { LogHistory } from '../ports/ports.ts';

/**
 * Decides on a run, and once more with its exit where that stands in the stream already and the decision would end the run: exits
 * and lines come from two streams, so a worker may read the lines first. What has ended by itself gets no command.
 *
 * @throws whatever `decide` and reading the run's events throw
 */
export async function decideWithExit(
  before: RunState,
  decide: (state: RunState) => Promise<Outcome>,
  history: Pick<LogHistory, 'exitOf'>,
): Promise<Outcome> {
  const outcome = await decide(before);
  if (before.exited || !outcome.effects.some(({ kind }) => kind === 'abort')) return outcome;
  const exit = await history.exitOf(runOf(before));
  return exit ? decide(applyRunEvent(before, exit.event, exit.storedMs)) : outcome;
}

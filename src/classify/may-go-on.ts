import type { Category } from '../contracts/categories.ts';
import type { GoesOn } from '../contracts/log-headers.ts';
import type { RunState } from '../contracts/run-state.ts';

/** Causes that hold for each further turn of an agent as well: its credential, its account or its model. */
const HOLDS_FOR_EACH_TURN = /^(?:auth|billing|quota|model)\./;

/** What an agent does without end, so that nothing comes behind it. */
const NEVER_ENDS: ReadonlySet<Category> = new Set<Category>(['run.loop', 'run.endless_retry']);

/**
 * What may follow a failure of this cause: another prompt of its agent, or another command of its shell; undefined where nothing may. Such
 * a failure is the agent's, or its turn's. Of a session only the exit or the stall limit shows that it is the run's, of a shell's
 * line a long idle silence as well. Of a run whose start is lost anything may follow.
 */
export function mayGoOn(
  { goes_on: goesOn, start_lost: isStartLost }: Pick<RunState, 'goes_on' | 'start_lost'>,
  category: Category | undefined,
): GoesOn | undefined {
  if (category === undefined || NEVER_ENDS.has(category)) return undefined;
  if (goesOn === undefined && isStartLost) return 'commands';
  return goesOn === 'turns' && HOLDS_FOR_EACH_TURN.test(category) ? undefined : goesOn;
}

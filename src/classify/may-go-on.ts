import type { Category } from '../contracts/categories.ts';
import type { RunState } from '../contracts/run-state.ts';

/** Causes that hold for each further turn of an agent as well: its credential, its account or its model. */
const HOLDS_FOR_EACH_TURN = /^(?:auth|billing|quota|model)\./;

/** What an agent does without end, so that nothing comes behind it. */
const NEVER_ENDS: ReadonlySet<Category> = new Set<Category>(['run.loop', 'run.endless_retry']);

/**
 * Whether a run may go on behind a failure of this cause: its agent with another prompt, or its shell with another command. Such a
 * failure is the agent's, or its turn's, and only the exit or a long idle silence shows that it is the run's.
 */
export function mayGoOn({ goes_on }: Pick<RunState, 'goes_on'>, category: Category | undefined): boolean {
  if (goes_on === undefined || category === undefined || NEVER_ENDS.has(category)) return false;
  return goes_on === 'commands' || !HOLDS_FOR_EACH_TURN.test(category);
}

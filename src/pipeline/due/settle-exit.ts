import type { DecisionContext } from '../../classify/decision-context.ts';
import type { Outcome } from '../../classify/outcome.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { LogHistory } from '../ports/ports.ts';
import { withdrawGotOver } from './got-over.ts';
import { settleEarly } from './settle-early.ts';
import { settleSuspicions } from './settle-suspicions.ts';

/**
 * Settles what only a run's exit decides: its suspicions, what was printed before its agent was there, and what it got over. Asked when the exit is heard, and again when lines are
 * read after it: the two come from different streams, so the last lines may be read later than the exit.
 */
export async function settleExit(
  before: RunState,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  const settled = await settleSuspicions(before, rules, history, context);
  const early = await settleEarly(settled.state, rules, history, context);
  const gotOver = await withdrawGotOver(early.state, rules, history);
  return { state: gotOver.state, effects: [...settled.effects, ...early.effects, ...gotOver.effects] };
}

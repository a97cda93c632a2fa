import type { DecisionContext } from '../../classify/decision-context.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { succeedAt } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { LogHistory } from '../ports/ports.ts';
import { settleSuspicions } from './settle-suspicions.ts';

/**
 * Looks at what a run has printed before its agent was there, once the run has exited: an agent that ended sooner than its host
 * could see it is named by that, and its result counts. Where the agent has said itself how it ended, it was a step before it.
 */
export async function settleEarly(
  before: RunState,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  const { early, ...state } = before;
  if (!early || !state.exited) return { state: before, effects: [] };
  const { verdict, succeeded, suspicions, noted } = state;
  if (verdict || succeeded) return { state, effects: [] };
  const all = { ...state, suspicions: [...suspicions, ...early.suspicions] };
  const hasFailed = state.exited.code !== 0 || noted.length > 0;
  const known = early.succeeded && !hasFailed ? succeedAt(all, early.succeeded.position, early.succeeded.at_ms) : all;
  return settleSuspicions(known, rules, history, context);
}

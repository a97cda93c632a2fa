import { withdrawClosed } from '../../classify/follow-command.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { runOf } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { LogHistory } from '../ports/ports.ts';
import { isPlainText, wentOnAfter } from './got-over.ts';

/**
 * Adds to an outcome that closed a run's record, or brought its result or another answer after that, that its rule was wrong where it was, and
 * takes the record back where a command had gone out. What shadow mode would have done stays on record.
 */
export async function withMistake(
  before: RunState,
  outcome: Outcome,
  rules: RuleSet,
  history: LogHistory,
): Promise<Outcome> {
  const { verdict, succeeded } = outcome.state;
  const isNews =
    !before.verdict?.closed || (succeeded && !before.succeeded) || verdict?.revision !== before.verdict.revision;
  if (!verdict?.closed || !isNews || !(await wasMistaken(outcome.state, rules, history))) return outcome;
  const { state, effects } = verdict.disposition === 'would_abort' ? outcome : withdrawClosed(outcome);
  return { state, effects: [...effects, { kind: 'mistake', rule: verdict.rule_key, run: runOf(state) }] };
}

/**
 * Whether a run succeeded that a rule would have ended: nothing that knell did ended it, it exited with 0, and it reported
 * its result; or, in plain text, which has none, it went on to speak after the evidence.
 */
async function wasMistaken(state: RunState, rules: RuleSet, history: LogHistory): Promise<boolean> {
  const { exited, verdict, succeeded } = state;
  if (exited?.code !== 0 || !verdict) return false;
  const { disposition, command_id, acked, record } = verdict;
  // Its result may be read behind its exit, when its record was closed without any answer.
  const isUnobeyed = disposition === 'recorded' || (disposition === 'aborted' && !acked && succeeded !== undefined);
  const cameTooLate = isUnobeyed && command_id !== undefined;
  if (!cameTooLate && disposition !== 'would_abort') return false;
  if (succeeded) return true;
  const last = record.evidence.at(-1);
  return last !== undefined && isPlainText(record) && wentOnAfter(last, state, rules, history);
}

import type { FailureRecord } from '../contracts/failure-record.ts';
import type { Detection, RunState } from '../contracts/run-state.ts';
import { isTried } from '../ruleset/is-tried.ts';
import type { CompiledClause, CompiledRule } from '../ruleset/rule-set.ts';
import { buildRecord } from './build-messages.ts';
import type { DecisionContext } from './decision-context.ts';
import { recordId } from './ids.ts';
import { MAX_RECORDED, noteRecord, withdrawId, withdrawSaid } from './noted-records.ts';
import type { Outcome } from './outcome.ts';
import { heldBackBy } from './policy.ts';
import { runOf } from './run-state.ts';
import { mustWait } from './wanted-quiet.ts';

/** The reason on the record of a failure for which a run is not ended, because its command may go on behind it. */
export const MAY_GO_ON = 'its command may go on behind this failure of its agent';

const aboutOf = (ruleKey: string): string => `${ruleKey} going on`;

/**
 * Records at once, and once, that a subscription failed where the run is not ended for it, since its command may go on with another
 * agent: the next run on that subscription fails alike. Only what would end a run without a fallback counts: typed, of a rule that may
 * abort. It is noted, so that a success of the run takes it back, and a sharper cause takes its place.
 *
 * @param clause what of the rule held
 */
export function noteGoingOn(
  state: RunState,
  rule: CompiledRule,
  clause: CompiledClause | undefined,
  detection: Detection,
  context: DecisionContext,
): Outcome {
  const { category, scope } = rule.rule;
  const { policy, nowMs } = context;
  const about = aboutOf(detection.rule_key);
  const { goes_on: _, start_lost: __, ...ending } = state;
  const isCertain = detection.grade === 'typed' && !mustWait(rule, clause, detection, ending);
  const isKnown = about in state.recorded || Object.keys(state.recorded).length >= MAX_RECORDED;
  const mayAct =
    policy.mode === 'enforce' &&
    !isTried(rule) &&
    heldBackBy(policy, detection.rule_key, state.credential?.subscription, state.agent) === undefined;
  if (category === undefined || scope !== 'subscription' || !isCertain || isKnown || !mayAct) {
    return { state, effects: [] };
  }
  const record = buildRecord({ rule: rule.rule, detection }, state, policy, nowMs, {
    disposition: 'recorded',
    reason: MAY_GO_ON,
    about,
  });
  const { state: before, effects } = withdrawSaid(state, category);
  const next = noteRecord({ ...before, recorded: { ...before.recorded, [about]: 1 } }, record);
  return { state: next, effects: [...effects, { kind: 'record', record }] };
}

/** Whether a record is of a failure behind which its run may go on. */
export function isNotedGoingOn({ disposition, reason }: Pick<FailureRecord, 'disposition' | 'reason'>): boolean {
  return disposition === 'recorded' && reason === MAY_GO_ON;
}

/**
 * What becomes of such a record once it is known that the run has gone on, or has exited with 0: the first takes it back, the second
 * says nothing new. Undefined where nothing stands recorded, so that the rule's own record says it.
 *
 * @param takenBack why it no longer holds; undefined where it does
 */
export function settleGoingOn(state: RunState, ruleKey: string, takenBack: string | undefined): Outcome | undefined {
  const about = aboutOf(ruleKey);
  const id = recordId(runOf(state), about);
  if (takenBack !== undefined) return about in state.recorded ? withdrawId(state, id, takenBack) : undefined;
  return state.noted.some(({ record_id }) => record_id === id) ? { state, effects: [] } : undefined;
}

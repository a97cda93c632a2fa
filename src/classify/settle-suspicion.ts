import type { RunState, Suspicion } from '../contracts/run-state.ts';
import { excerpt } from '../decode/excerpt.ts';
import type { CompiledRule } from '../ruleset/rule-set.ts';
import { buildRecord } from './build-messages.ts';
import type { Outcome } from './outcome.ts';
import { type DecisionContext, reachVerdict } from './reach-verdict.ts';

/** Blank lines, and lines that only carry on the line before: indented (stack frames, details) or closing brackets. */
const CARRIES_ON = /^(\s|$)|^[)\]}]+[,;]?$/;

/**
 * Whether the run has said something new after the lines that belong to the detection's own message.
 *
 * @param linesAfter what the run printed after the suspicious line, normalised, in order
 */
export function hasSpokenSince(rule: CompiledRule, suspicion: Suspicion, linesAfter: readonly string[]): boolean {
  return linesAfter.some(
    (text) => !CARRIES_ON.test(text) && excerpt(text) !== suspicion.evidence?.excerpt && !rule.continues(text),
  );
}

/**
 * Settles a suspicion whose time has come, or whose run has exited: silence confirms it, speech drops it,
 * and a record says so either way.
 */
export function settleSuspicion(
  state: RunState,
  suspicion: Suspicion,
  rule: CompiledRule | undefined,
  spoken: boolean,
  context: DecisionContext,
): Outcome {
  const without = { ...state, suspicions: state.suspicions.filter((other) => other !== suspicion) };
  // The rule may have been withdrawn since: then nobody accuses the run any more.
  if (!rule) return { state: without, effects: [] };
  const diagnosis = { rule: rule.rule, detection: suspicion };
  if (!spoken && state.exited?.code === 0) {
    // A run that answers a question about a banner ends with it, and exits 0. There is nothing left to end.
    const record = buildRecord(diagnosis, without, context.policy, context.nowMs, {
      disposition: 'recorded',
      reason: 'the run exited with code 0 after this line, so it may have been its answer',
      about: suspicion.rule_key,
    });
    return { state: without, effects: [{ kind: 'record', record }] };
  }
  if (!spoken) return reachVerdict(without, diagnosis, context);
  const record = buildRecord(diagnosis, without, context.policy, context.nowMs, {
    disposition: 'suppressed',
    reason: 'the run went on after this line or stood in what somebody else said, so it was quoted or got over',
    about: suspicion.rule_key,
  });
  return { state: without, effects: [{ kind: 'record', record }] };
}

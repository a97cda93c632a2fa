import type { RunState, Suspicion } from '../contracts/run-state.ts';
import { excerpt } from '../decode/excerpt.ts';
import { isBadExit } from '../decode/text/closing-lines.ts';
import { shapeLine } from '../decode/text/line-shape.ts';
import { isNeutral, isReady } from '../decode/text/neutral-lines.ts';
import { endsWork, isNamed } from '../decode/text/run-endings.ts';
import { labelOf } from '../decode/text/statement-label.ts';
import type { CompiledRule } from '../ruleset/rule-set.ts';
import { buildRecord } from './build-messages.ts';
import type { Confirmation } from './confirm-suspicion.ts';
import type { DecisionContext } from './decision-context.ts';
import { settleGoingOn } from './note-going-on.ts';
import type { Outcome } from './outcome.ts';
import { reachVerdict } from './reach-verdict.ts';

/** Blank lines, and lines that only carry on the line before: indented (stack frames, details) or closing brackets. */
const CARRIES_ON = /^(\s|$)|^[)\]}]+[,;]?$/;

/** Whether a line carries on the one before it, or is of a kind that no model writes. */
export function saysNothing(text: string): boolean {
  const shape = shapeLine(text);
  if (isReady(shape)) return false;
  const isLabelled = isNamed(shape) || labelOf(shape.body) !== undefined;
  return isNeutral(shape) || isBadExit(shape) || (endsWork(shape) && isLabelled) || CARRIES_ON.test(text);
}

/**
 * Whether the run has said something new after the lines that belong to the detection's own message: not where it has
 * only repeated the message, or where all that follows is what no model writes (see `neutral-lines.ts`).
 *
 * @param linesAfter what the run printed after the suspicious line, normalised, in order
 */
export function hasSpokenSince(rule: CompiledRule, suspicion: Suspicion, linesAfter: readonly string[]): boolean {
  return linesAfter.some(
    (text) => !saysNothing(text) && excerpt(text) !== suspicion.evidence?.excerpt && !rule.continues(text),
  );
}

/**
 * Turns the answer to a suspicion into a verdict, a record that says why there is none, or another look later. A rule
 * that has been withdrawn since ends no run any more.
 */
export function settleSuspicion(
  state: RunState,
  suspicion: Suspicion,
  rule: CompiledRule | undefined,
  confirmation: Confirmation,
  context: DecisionContext,
): Outcome {
  const without = { ...state, suspicions: state.suspicions.filter((other) => other !== suspicion) };
  if (!rule) return { state: without, effects: [] };
  if (confirmation.is === 'open') {
    const due = confirmation.forMs === undefined ? null : context.nowMs + confirmation.forMs;
    return { state: lookAgain(state, suspicion, due), effects: [] };
  }
  const diagnosis = { rule: rule.rule, detection: suspicion };
  if (confirmation.is === 'confirmed') return reachVerdict(without, diagnosis, context);
  // The record of what would have been done is published already.
  if (suspicion.held) return { state: without, effects: [] };
  const { disposition, reason } = unconfirmed(confirmation.is, suspicion, state);
  const told = settleGoingOn(without, suspicion.rule_key, disposition === 'suppressed' ? reason : undefined);
  if (told) return told;
  const record = buildRecord(diagnosis, without, context.policy, context.nowMs, {
    disposition,
    reason,
    about: suspicion.rule_key,
  });
  return { state: without, effects: [{ kind: 'record', record }] };
}

/** A run that answers a question about a banner ends with it, and exits 0. There is nothing left to end. */
const MAY_BE_ANSWER = 'the run exited with code 0 after this line, so it may have been its answer';
/** What the runtime itself says is no answer. */
const MAY_BE_OVER = 'the run exited with code 0 after this failure, so it may have got over it';
const WENT_ON = 'the run went on after this line or stood in what another speaker said, so it was quoted or got over';

/** Its exit is not known, so whether its client got over it is not known either. */
const WAS_TRYING = 'the client was trying again when its output ended';

function unconfirmed(is: 'recorded' | 'dropped', { grade }: Suspicion, { exited }: RunState) {
  if (is === 'dropped') return { disposition: 'suppressed', reason: WENT_ON } as const;
  if (exited?.code === null) return { disposition: 'recorded', reason: WAS_TRYING } as const;
  return { disposition: 'recorded', reason: grade === 'typed' ? MAY_BE_OVER : MAY_BE_ANSWER } as const;
}

/** The same with a suspicion that is looked at again at another time; null: when the run exits. */
export function lookAgain(state: RunState, suspicion: Suspicion, dueMs: number | null): RunState {
  const suspicions = state.suspicions.map((one) => (one === suspicion ? { ...one, due_ms: dueMs } : one));
  return { ...state, suspicions };
}

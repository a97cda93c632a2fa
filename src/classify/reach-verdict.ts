import type { RunState } from '../contracts/run-state.ts';
import { isTried } from '../ruleset/is-tried.ts';
import { addLaterEvidence } from './add-later-evidence.ts';
import { buildCommand, buildRecord, type Diagnosis } from './build-messages.ts';
import type { DecisionContext } from './decision-context.ts';
import { commandId, recordId } from './ids.ts';
import { withdrawSaid } from './noted-records.ts';
import type { Outcome } from './outcome.ts';
import { heldBackBy } from './policy.ts';
import { isReportedBefore, runOf } from './run-state.ts';

/** Why a run that a rule would end must not be ended; undefined where there is no reason. */
function reasonNotToAbort(diagnosis: Diagnosis, state: RunState): string | undefined {
  return isReportedBefore(state, diagnosis.detection.position) ? 'the run had already reported its result' : undefined;
}

/**
 * Turns a detection that is good enough into the run's one verdict: an abort command and its record, or a record
 * that says why there is no command (shadow mode, a rule that may not abort, the run had succeeded).
 * A run that has ended by itself gets its verdict on record, and no command goes out.
 * A run that has its verdict keeps it; see `addLaterEvidence`. What was recorded before of the same cause is withdrawn.
 */
export function reachVerdict(before: RunState, diagnosis: Diagnosis, context: DecisionContext): Outcome {
  const { state, effects } = decideVerdict(before, diagnosis, context);
  if (!state.verdict || before.verdict) return { state, effects };
  const withdrawn = withdrawSaid(state, state.verdict.category);
  return { state: withdrawn.state, effects: [...effects, ...withdrawn.effects] };
}

function decideVerdict(state: RunState, diagnosis: Diagnosis, context: DecisionContext): Outcome {
  const { policy, nowMs } = context;
  const { rule, detection } = diagnosis;
  const isExperimental = isTried(diagnosis);
  // What is only tried changes no verdict, and would not have ended what ended by itself.
  const isTooLate = state.verdict !== undefined || (state.exited !== undefined && !context.finished);
  if (isExperimental && isTooLate) return { state, effects: [] };
  if (state.verdict) return addLaterEvidence(state, diagnosis, context);
  const withheld = reasonNotToAbort(diagnosis, state);
  const { rule_key: key } = detection;
  const heldBack = isExperimental
    ? 'the rule is experimental'
    : heldBackBy(policy, key, state.credential?.subscription, state.agent);
  const base = {
    record_id: recordId(runOf(state), 'verdict'),
    category: rule.category ?? ('unknown.unmatched' as const),
    rule_key: key,
    precedence: detection.precedence,
    evidence_ms: detection.at_ms,
    issued_ms: nowMs,
    later: 0,
    revision: 0,
    offered: 1,
    unanswered: false,
    closed: false,
  };
  if (withheld !== undefined) {
    const record = buildRecord(diagnosis, state, policy, nowMs, {
      disposition: 'suppressed',
      reason: withheld,
      about: detection.rule_key,
    });
    return { state, effects: [{ kind: 'record', record }] };
  }
  if (heldBack !== undefined) {
    const outcome = wouldAbort(state, diagnosis, context, heldBack);
    return isExperimental ? outcome : { ...outcome, state: holdBack(outcome.state, diagnosis.detection, nowMs) };
  }
  if (state.exited && !context.finished) {
    const record = buildRecord(diagnosis, state, policy, nowMs, {
      disposition: 'recorded',
      reason: ENDED_BY_ITSELF,
      about: 'verdict',
    });
    return {
      state: { ...state, suspicions: [], verdict: { ...base, disposition: 'recorded', record } },
      effects: [{ kind: 'record', record }],
    };
  }
  if (policy.mode === 'shadow') {
    const record = buildRecord(diagnosis, state, policy, nowMs, {
      disposition: 'would_abort',
      reason: 'shadow mode',
      about: 'verdict',
    });
    return {
      state: { ...state, verdict: { ...base, disposition: 'would_abort', record } },
      effects: [{ kind: 'record', record }],
    };
  }
  const command = buildCommand(diagnosis, state, policy, nowMs);
  const record = buildRecord(diagnosis, state, policy, nowMs, {
    disposition: 'aborted',
    commandId: command.command_id,
    about: 'verdict',
  });
  return {
    state: {
      ...state,
      suspicions: [],
      verdict: {
        ...base,
        disposition: 'aborted',
        record,
        command_id: commandId(runOf(state)),
        expires_ms: nowMs + policy.commandTtlMs,
        next_offer_ms: nowMs + FIRST_OFFER_AGAIN_MS,
      },
    },
    effects: [{ kind: 'abort', command, record }],
  };
}

/**
 * Records what a rule would have done that may not abort: it is experimental, or the fleet's mode holds it back. Once for
 * each run. It is no verdict, so another rule may still end the run.
 */
function wouldAbort(
  state: RunState,
  diagnosis: Diagnosis,
  { policy, nowMs }: DecisionContext,
  reason: string,
): Outcome {
  const { rule_key: about } = diagnosis.detection;
  if (state.recorded[about]) return { state, effects: [] };
  const record = buildRecord(diagnosis, state, policy, nowMs, { disposition: 'would_abort', reason, about });
  return {
    state: { ...state, recorded: { ...state.recorded, [about]: 1 } },
    effects: [{ kind: 'record', record }],
  };
}

/** How many suspicions are kept for a run. */
export const MAX_SUSPICIONS = 16;

/** How soon to look again at a run that was held back, in milliseconds: later and later, as thousands may wait for hours. */
export function heldAgainMs(ageMs: number): number {
  return Math.min(60_000, Math.max(5_000, ageMs / 2));
}

/** Keeps what was held back, so that it is decided again when the rule may abort again and the run is still alive. */
function holdBack(state: RunState, detection: Diagnosis['detection'], nowMs: number): RunState {
  const isKnown = state.suspicions.some((one) => one.held && one.rule_key === detection.rule_key);
  if (isKnown || state.exited) return state;
  const held = { clause: 0, ...detection, due_ms: nowMs + heldAgainMs(0), held: true };
  const others = state.suspicions.filter((one) => one.rule_key !== detection.rule_key);
  return { ...state, suspicions: [...others, held].slice(-MAX_SUSPICIONS) };
}

/** The reason on the record of a run that failed without an abort command. */
export const ENDED_BY_ITSELF = 'the run had ended by itself';

/** How long an abort command waits for its ack before it is offered again, in milliseconds. */
export const FIRST_OFFER_AGAIN_MS = 5_000;

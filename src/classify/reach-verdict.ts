import type { Position, RunState } from '../contracts/run-state.ts';
import { buildCommand, buildRecord, type Diagnosis } from './build-messages.ts';
import { commandId, recordId } from './ids.ts';
import type { Outcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import { runOf } from './run-state.ts';

export interface DecisionContext {
  readonly policy: Policy;
  /** When the decision is made, epoch milliseconds. In the service the clock, in a scan the time of the line. */
  readonly nowMs: number;
  /** Digest of the rules in force. */
  readonly digest: string;
}

/** Whether `a` stands before `b` in the log. */
export function isBefore(a: Position, b: Position): boolean {
  return a.seq < b.seq || (a.seq === b.seq && a.row < b.row);
}

/** Why a run that stands accused must not be ended; undefined when nothing speaks against it. */
function reasonNotToAbort(diagnosis: Diagnosis, state: RunState): string | undefined {
  if (state.succeeded && isBefore(state.succeeded.position, diagnosis.detection.position)) {
    return 'the run had already reported its result';
  }
  return undefined;
}

/**
 * Turns an detection that is good enough into the run's one verdict: an abort command and its record, or a record
 * that says why there is no command (shadow mode, a rule that may not abort, the run had succeeded).
 * A run that has its verdict keeps it: what comes later is counted.
 */
export function reachVerdict(state: RunState, diagnosis: Diagnosis, context: DecisionContext): Outcome {
  const { policy, nowMs } = context;
  const { rule, detection } = diagnosis;
  if (state.verdict) return addLater(state, diagnosis);
  const withheld = reasonNotToAbort(diagnosis, state);
  const { rule_key: key } = detection;
  const heldBack = rule.status === 'experimental' ? 'the rule is experimental' : policy.shadowed?.[key];
  const base = {
    record_id: recordId(runOf(state), 'verdict'),
    category: rule.category ?? ('unknown.unmatched' as const),
    rule_key: key,
    precedence: detection.precedence,
    evidence_ms: detection.at_ms,
    issued_ms: nowMs,
    position: detection.position,
    later: 0,
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
  if (heldBack !== undefined) return wouldAbort(state, diagnosis, context, heldBack);
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
 * What a rule says that may not abort, be it experimental, over its budget or in quarantine: a record, once for each run.
 * It is no verdict, so it does not keep a proven rule from deciding.
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

/** How long an abort command waits for its ack before it is offered again, in milliseconds. */
export const FIRST_OFFER_AGAIN_MS = 5_000;

/** The most lines a record keeps as evidence. */
const MAX_EVIDENCE = 8;

/** The verdict stands; a later and more specific hit sharpens what it is called, for the record and the view. */
function addLater(state: RunState, { rule, detection }: Diagnosis): Outcome {
  const { verdict } = state;
  if (!verdict) return { state, effects: [] };
  const isNews = verdict.position === undefined || isBefore(verdict.position, detection.position);
  if (!isNews) return { state, effects: [] };
  const category = detection.precedence >= verdict.precedence ? rule.category : undefined;
  return {
    state: {
      ...state,
      verdict: {
        ...verdict,
        later: verdict.later + 1,
        position: detection.position,
        record: {
          ...verdict.record,
          ...(category ? { category } : {}),
          evidence: [...verdict.record.evidence, ...(detection.evidence ? [detection.evidence] : [])].slice(
            0,
            MAX_EVIDENCE,
          ),
        },
        ...(category ? { category, rule_key: detection.rule_key, precedence: detection.precedence } : {}),
      },
    },
    effects: [],
  };
}

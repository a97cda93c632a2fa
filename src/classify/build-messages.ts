import type { AbortCommand } from '../contracts/abort-command.ts';
import type { Evidence } from '../contracts/evidence.ts';
import type { Disposition, FailureRecord } from '../contracts/failure-record.ts';
import type { Rule } from '../contracts/rule-pack.ts';
import type { Detection, RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { commandId, recordId } from './ids.ts';
import type { Policy } from './policy.ts';
import { quoteOf } from './quote-of.ts';
import { runOf } from './run-state.ts';
import { LAST_WORDS_MS, mayStillSayWhy } from './sharper-causes.ts';

/** What a verdict takes from the rule that hit. Silence leads to a verdict without a rule of its own. */
export type FailureDescription = Pick<
  Rule,
  'title' | 'category' | 'scope' | 'severity' | 'status' | 'next' | 'retryable' | 'remedy'
>;

/** A detection with its rule, as the builders need it. */
export interface Diagnosis {
  readonly rule: FailureDescription;
  readonly detection: Detection;
}

const RETRYABLE_NEXT = new Set(['retry', 'retry_after', 'switch_subscription']);

/** What a verdict says of its cause, the same in a command and in a record. */
export function verdictFields({ rule, detection }: Diagnosis, state: RunState) {
  return {
    ...runOf(state),
    category: rule.category ?? ('unknown.unmatched' as const),
    scope: rule.scope,
    severity: rule.severity,
    retryable: rule.retryable ?? RETRYABLE_NEXT.has(rule.next),
    next_action: rule.next,
    ...(detection.reset
      ? { not_before: formatTime(detection.reset.at_ms), reset_source: detection.reset.source }
      : rule.next === 'retry_after'
        ? { reset_source: 'none' as const }
        : {}),
    grade: detection.grade,
    credential: state.credential ?? { kind: 'unknown' as const },
    evidence: (detection.evidence ? [detection.evidence] : []) as Evidence[],
    rule: detection.rule,
    runtime: {
      name: state.runtime ?? 'generic',
      ...(state.runtime_version === undefined ? {} : { version: state.runtime_version }),
    },
    message: [
      `${rule.title}.`,
      detection.evidence
        ? `The run said: "${quoteOf(detection.evidence.excerpt)}".`
        : 'The run has said nothing at all.',
      rule.remedy,
    ]
      .filter(Boolean)
      .join(' '),
  };
}

/** The order to end the run. Valid from `nowMs` for the policy's time. */
export function buildCommand(diagnosis: Diagnosis, state: RunState, policy: Policy, nowMs: number): AbortCommand {
  const fields = verdictFields(diagnosis, state);
  return {
    schema: 'knell.abort/v1',
    command_id: commandId(runOf(state)),
    issued_at: formatTime(nowMs),
    expires_at: formatTime(nowMs + policy.commandTtlMs),
    ...fields,
    ...(mayStillSayWhy(fields, state) ? { last_words_ms: LAST_WORDS_MS } : {}),
  };
}

export interface RecordDetails {
  readonly disposition: Disposition;
  readonly reason?: string;
  readonly commandId?: string;
  /** What the record is about: `verdict`, or a rule key or cause for everything else. */
  readonly about: string;
}

/** The durable account of what was concluded. */
export function buildRecord(
  diagnosis: Diagnosis,
  state: RunState,
  policy: Policy,
  nowMs: number,
  details: RecordDetails,
): FailureRecord {
  return {
    schema: 'knell.failure/v1',
    record_id: recordId(runOf(state), details.about),
    issued_at: formatTime(nowMs),
    mode: policy.mode,
    disposition: details.disposition,
    ...(details.reason === undefined ? {} : { reason: details.reason }),
    ...(details.commandId === undefined ? {} : { command_id: details.commandId }),
    timings: { evidence_to_command_ms: Math.max(0, nowMs - diagnosis.detection.at_ms) },
    ...verdictFields(diagnosis, state),
  };
}

import type { Diagnosis, FailureDescription } from '../../src/classify/build-messages.ts';
import type { DecisionContext } from '../../src/classify/decision-context.ts';
import type { Occurrence } from '../../src/classify/occurrence.ts';
import type { Effect } from '../../src/classify/outcome.ts';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { reachVerdict } from '../../src/classify/reach-verdict.ts';
import { newRunState } from '../../src/classify/run-state.ts';
import type { Evidence } from '../../src/contracts/evidence.ts';
import type { Detection, RunState, VerdictState } from '../../src/contracts/run-state.ts';
import { formatTime } from '../../src/contracts/time.ts';
import type { StreamFormat } from '../../src/decode/decoder.ts';
import { decoderFor } from '../../src/decode/decoders.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { RUN, T0 } from './messages.ts';

/** What a decision is made with at a moment. */
export function contextAt(nowMs = T0, over: Partial<DecisionContext> = {}): DecisionContext {
  return { policy: DEFAULT_POLICY, nowMs, digest: 'd'.repeat(64), ...over };
}

export function stateWith(over: Partial<RunState> = {}): RunState {
  return { ...newRunState(RUN), ...over };
}

export function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    stream: 'stdout',
    line: 3,
    event: 'result',
    excerpt: 'OAuth token has expired',
    sha256: 'a'.repeat(64),
    observed_at: formatTime(T0),
    ...over,
  };
}

export function detection(over: Partial<Detection> = {}): Detection {
  return {
    rule: { id: 'token-expired', pack: 'test', version: '1.0.0', digest: 'd'.repeat(64) },
    rule_key: 'test/token-expired',
    grade: 'typed',
    precedence: 50,
    position: { seq: 5, row: 0 },
    at_ms: T0,
    evidence: evidence(),
    ...over,
  };
}

/** A finding that is good enough to end the run. */
export function diagnosis(rule: Partial<FailureDescription> = {}, found: Partial<Detection> = {}): Diagnosis {
  return {
    rule: {
      title: 'The token has expired',
      category: 'auth.token_expired',
      scope: 'subscription',
      severity: 'error',
      status: 'stable',
      next: 'switch_subscription',
      ...rule,
    },
    detection: detection(found),
  };
}

/** A run that an abort command was given for at a moment. */
export function endedAt(nowMs = T0, found = diagnosis(), state = stateWith()): RunState & { verdict: VerdictState } {
  const { verdict, ...rest } = reachVerdict(state, found, contextAt(nowMs)).state;
  if (verdict?.command_id === undefined) throw new Error('the finding ends no run');
  return { ...rest, verdict };
}

/** A line of a run of Claude Code, with all that a set of rules says of it. */
export function occurrenceOf(
  rules: RuleSet,
  text: string,
  over: Partial<Occurrence> = {},
  format: StreamFormat = 'structured',
): Occurrence {
  const line = over.line ?? { stream: 'stdout' as const, number: 0, raw: Buffer.from(text) };
  const event = decoderFor('claude-code').decode(line, format);
  return {
    position: { seq: 1, row: 0 },
    atMs: T0,
    line,
    event,
    match: rules.match(event, line.stream, 'claude-code'),
    runtime: 'claude-code',
    ...over,
  };
}

/** Effects in short: what happens, and what of it is published. */
export function named(effects: readonly Effect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case 'abort':
        return `abort ${effect.command.category}`;
      case 'record':
        return `${effect.record.disposition} ${effect.record.category}`;
      case 'notice':
        return `notice ${effect.notice.kind}`;
      default:
        return effect.kind;
    }
  });
}

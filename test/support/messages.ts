import type { AbortCommand } from '../../src/contracts/abort-command.ts';
import type { FailureRecord } from '../../src/contracts/failure-record.ts';
import type { Run } from '../../src/contracts/run.ts';

export const RUN: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
export const T0 = Date.parse('2026-11-22T12:00:00.000Z');

const verdict = (run: Run) => ({
  ...run,
  category: 'auth.token_expired' as const,
  scope: 'subscription' as const,
  severity: 'critical' as const,
  retryable: true,
  next_action: 'switch_subscription' as const,
  grade: 'typed' as const,
  credential: { kind: 'oauth' as const, subscription: 'team-a' },
  evidence: [
    {
      stream: 'stdout' as const,
      line: 3,
      event: 'result',
      pointer: '/api_error_status',
      excerpt: 'OAuth token has expired',
      sha256: 'a'.repeat(64),
      observed_at: '2026-11-22T12:00:00.000Z',
    },
  ],
  rule: { id: 'token-expired', pack: 'claude-code', version: '1.0.0', digest: 'd'.repeat(64) },
  runtime: { name: 'claude-code', version: '2.1.197' },
  message: 'The token has expired.',
});

/** A whole abort command for tests that are about something else. */
export function abortCommand(run: Run = RUN, over: Partial<AbortCommand> = {}): AbortCommand {
  return {
    schema: 'knell.abort/v1',
    command_id: `abort-${run.agent}-${run.execution}-${run.attempt}`,
    issued_at: '2026-11-22T12:00:00.500Z',
    expires_at: '2026-11-22T12:15:00.500Z',
    ...verdict(run),
    ...over,
  };
}

/** A whole failure record for tests that are about something else. */
export function failureRecord(run: Run = RUN, over: Partial<FailureRecord> = {}): FailureRecord {
  return {
    schema: 'knell.failure/v1',
    record_id: `failure-${run.agent}-${run.execution}-${run.attempt}`,
    issued_at: '2026-11-22T12:00:00.500Z',
    mode: 'enforce',
    disposition: 'aborted',
    command_id: `abort-${run.agent}-${run.execution}-${run.attempt}`,
    ...verdict(run),
    ...over,
  };
}

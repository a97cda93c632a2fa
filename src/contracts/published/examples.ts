import type { AbortCommand } from '../abort-command.ts';
import type { Ack } from '../ack.ts';
import type { FailureRecord } from '../failure-record.ts';
import type { Notice } from '../notice.ts';
import { type PreflightReply, type PreflightRequest, unknownReply } from '../preflight.ts';
import type { RunEvent } from '../run-event.ts';
import type { SubscriptionRecord } from '../subscription.ts';
import type {
  ApiError,
  ListSubscriptions,
  RemoveSubscription,
  SetSubscription,
  SubscriptionChanged,
  SubscriptionPage,
} from '../subscription-api.ts';

/*
 * One incident, as it goes over the wire: for the AsyncAPI document, and for authors of backends.
 */

const RUN = { agent: 'reviewer', execution: 'e-4711', attempt: 1 };
const FINGERPRINT = '5c3c5a1b9f0e4d2c8b7a6958473625140';
const T = {
  start: '2026-11-22T12:00:00.000Z',
  evidence: '2026-11-22T12:00:02.400Z',
  command: '2026-11-22T12:00:02.412Z',
  ack: '2026-11-22T12:00:04.100Z',
};

const credential = { kind: 'oauth' as const, subscription: 'team-a', fingerprint: FINGERPRINT };
const evidence = {
  stream: 'stdout' as const,
  line: 4,
  seq: 90_817,
  event: 'system/api_retry',
  pointer: '/error_status',
  excerpt: 'authentication_failed (401), attempt 2 of 10',
  sha256: '8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4',
  observed_at: T.evidence,
};
const verdict = {
  ...RUN,
  category: 'auth.token_expired' as const,
  scope: 'subscription' as const,
  severity: 'critical' as const,
  retryable: true,
  next_action: 'switch_subscription' as const,
  grade: 'typed' as const,
  credential,
  evidence: [evidence],
  rule: { id: 'subscription-token-expired', pack: 'claude-code', version: '1.0.0', digest: 'b1946ac92492d234' },
  runtime: { name: 'claude-code', version: '2.1.197' },
  message: "The subscription's token has expired. Make a new one and set it on the subscription.",
};

const abort: AbortCommand = {
  schema: 'knell.abort/v1',
  command_id: 'abort-0a1b2c3d4e5f60718293a4b5c6d7e8f9',
  issued_at: T.command,
  expires_at: '2026-11-22T12:15:02.412Z',
  ...verdict,
};

const failure: FailureRecord = {
  schema: 'knell.failure/v1',
  record_id: 'failure-9f8e7d6c5b4a39281706f5e4d3c2b1a0',
  issued_at: T.command,
  mode: 'enforce',
  disposition: 'aborted',
  command_id: abort.command_id,
  timings: { evidence_to_command_ms: 12 },
  ...verdict,
};

const CANDIDATE = 'b1946ac92492d2347c6235b4d26111849c1185a5c5e9fc54612808977ee8f548';
const tried: FailureRecord = {
  schema: 'knell.failure/v1',
  record_id: 'failure-0a1b2c3d4e5f60718293a4b5c6d7e8f9',
  issued_at: T.command,
  mode: 'shadow',
  disposition: 'would_abort',
  reason: 'the rules are a candidate, which commands nothing',
  candidate: { digest: CANDIDATE, ended: 'failed', ended_at: T.ack },
  ...verdict,
  rule: { ...verdict.rule, digest: CANDIDATE },
};

const ack: Ack = {
  schema: 'knell.ack/v1',
  command_id: abort.command_id,
  ...RUN,
  outcome: 'terminated',
  by: 'dispatcher',
  at: T.ack,
};

const started: RunEvent = {
  schema: 'knell.run/v1',
  type: 'started',
  ...RUN,
  at: T.start,
  runtime: 'claude-code',
  subscription: 'team-a',
  credential: { kind: 'oauth', fingerprint: FINGERPRINT },
  pid: 4_242,
  timeout_s: 3_600,
};
const heartbeat: RunEvent = {
  schema: 'knell.run/v1',
  type: 'heartbeat',
  ...RUN,
  at: T.evidence,
  started: { runtime: 'claude-code', subscription: 'team-a', timeout_s: 3_600, ago_ms: 30_000 },
  answered: true,
};
const exited: RunEvent = { schema: 'knell.run/v1', type: 'exited', ...RUN, at: T.ack, code: null, signal: 'SIGTERM' };

const subscription: SubscriptionRecord = {
  schema: 'knell.subscription/v1',
  id: 'team-a',
  kind: 'subscription',
  name: 'Team A',
  provider: 'anthropic',
  fingerprint: FINGERPRINT,
  first_seen_at: '2025-11-24T09:00:00.000Z',
  issued_at: '2025-11-24T09:00:00.000Z',
  expires_at: { at: '2026-11-24T09:00:00.000Z', source: 'estimated' },
  health: { state: 'failing', at: T.evidence, by: 'run reviewer.e-4711.1' },
  breaker: {
    state: 'open',
    since: T.evidence,
    until: null,
    until_source: null,
    trial_at: null,
    tries: 0,
    witnesses: [],
    reason: verdict.message,
    category: 'auth.token_expired',
    fingerprint: FINGERPRINT,
    evidence: [evidence],
    trial: null,
  },
  vouched_at: '2026-11-22T11:40:00.000Z',
  warned: ['14d', '7d', '3d'],
  other_tokens: [],
  agents: ['reviewer', 'builder'],
  removed_at: null,
  updated_at: T.command,
  audit: [{ at: T.command, by: 'run reviewer.e-4711.1', what: 'the breaker opened: auth.token_expired' }],
};

const notice: Notice = {
  schema: 'knell.notice/v1',
  notice_id: 'notice-00112233445566778899aabbccddeeff',
  kind: 'subscription_expiring',
  at: '2026-11-21T09:00:00.000Z',
  message: 'The token of Team A, by estimate from its issue date, expires in 3 days or less, on 2026-11-24.',
  subscription: 'team-a',
  provider: 'anthropic',
  fingerprint: FINGERPRINT,
  rung: '3d',
  expires_at: '2026-11-24T09:00:00.000Z',
  expires_source: 'estimated',
  agents: 2,
};

const preflightRequest: PreflightRequest = { agent: 'reviewer', subscription: 'team-a', fingerprint: FINGERPRINT };
const refused: PreflightReply = {
  schema: 'knell.preflight/v1',
  subscription: 'team-a',
  answer: 'refused',
  reason: `auth.token_expired: ${verdict.message}`,
  until: null,
  evidence: [evidence],
  evidence_age_s: 17,
  expires_at: '2026-11-24T09:00:00.000Z',
  alternatives: ['team-b', 'team-c'],
};

const list: Partial<ListSubscriptions> = { provider: 'anthropic', limit: 50 };
const page: SubscriptionPage = { schema: 'knell.subscriptions/v1', subscriptions: [subscription], next: null };
const set: Partial<SetSubscription> = {
  id: 'team-a',
  by: 'ann',
  provider: 'anthropic',
  issued_at: '2026-11-22T00:00:00.000Z',
};
const remove: Partial<RemoveSubscription> = { id: 'team-a', by: 'ann' };
const changed: SubscriptionChanged = { schema: 'knell.subscription-changed/v1', subscription };
const error: ApiError = {
  schema: 'knell.error/v1',
  code: 'NOT_FOUND',
  message: 'there is no subscription team-x',
};

/** Examples of each message that goes over the wire, by the name of its JSON Schema. */
export const EXAMPLES = {
  abort: { 'an expired token': abort },
  failure: { 'the account of that abort': failure, 'what a candidate would have done': tried },
  ack: { 'the run was ended': ack },
  run: { 'a run starts': started, 'a run goes on': heartbeat, 'a run was ended': exited },
  notice: { 'a token ends soon': notice },
  'preflight-request': { 'before a dispatch': preflightRequest },
  preflight: {
    'a dead token': refused,
    'nothing is known of it': unknownReply('nothing is known of this subscription', 'team-x'),
  },
  'subscriptions-list': { 'of one provider': list },
  'subscriptions-page': { 'a page': page },
  'subscriptions-set': { 'a new token': set },
  'subscriptions-remove': { 'no longer paid': remove },
  'subscription-changed': { 'as it is now': changed },
  error: { 'not there': error },
} as const satisfies Record<string, Record<string, object>>;

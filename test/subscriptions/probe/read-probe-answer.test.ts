import { describe, expect, test } from 'vitest';
import type { ProbedProvider } from '../../../src/subscriptions/probe/probe-credential.ts';
import { readProbeAnswer } from '../../../src/subscriptions/probe/read-probe-answer.ts';
import { T0 } from '../../support/subscriptions.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

const read = (provider: ProbedProvider, { status, headers = {}, body = '' }: Answer) =>
  readProbeAnswer(provider, { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, T0);

const RESET_S = Math.floor(T0 / 1_000) + 3_600;
const anthropicError = (type: string, message: string) => ({ type: 'error', error: { type, message } });

const anthropic: [string, Answer, string][] = [
  ['a message', { status: 200, body: { type: 'message', content: [] } }, 'works'],
  ['a login page of a proxy', { status: 200, body: '<html>Sign in</html>' }, 'inconclusive'],
  [
    'an expired token',
    { status: 401, body: anthropicError('authentication_error', 'OAuth token has expired.') },
    'auth.token_expired',
  ],
  [
    'a revoked token',
    { status: 401, body: anthropicError('authentication_error', 'OAuth token was revoked') },
    'auth.token_revoked',
  ],
  [
    'a wrong token',
    { status: 401, body: anthropicError('authentication_error', 'Invalid bearer token') },
    'auth.invalid_credentials',
  ],
  ['a 401 without a word', { status: 401 }, 'auth.invalid_credentials'],
  ['a forbidden organisation', { status: 403, body: anthropicError('permission_error', 'disabled') }, 'auth.forbidden'],
  ["a proxy's 403", { status: 403, body: '<html>Blocked</html>' }, 'inconclusive'],
  [
    'an exhausted plan',
    {
      status: 429,
      headers: {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(RESET_S),
      },
      body: anthropicError('rate_limit_error', 'limit'),
    },
    `quota.usage_limit ${RESET_S * 1_000}`,
  ],
  [
    'an exhausted plan that does not say when it resets',
    { status: 429, headers: { 'anthropic-ratelimit-unified-status': 'rejected' } },
    'quota.usage_limit',
  ],
  [
    'a plan with a reset but no status',
    { status: 429, headers: { 'anthropic-ratelimit-unified-reset': String(RESET_S) } },
    `quota.usage_limit ${RESET_S * 1_000}`,
  ],
  [
    'a bare 429, as an expired token can get',
    { status: 429, body: anthropicError('rate_limit_error', 'slow down') },
    'inconclusive',
  ],
  [
    'a 429 to a plan that is allowed',
    {
      status: 429,
      headers: {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-reset': String(RESET_S),
      },
    },
    'inconclusive',
  ],
  [
    'credit that is used up',
    { status: 400, body: anthropicError('invalid_request_error', 'Your credit balance is too low to access the API') },
    'billing.credit_exhausted',
  ],
  ['an unknown model', { status: 404, body: anthropicError('not_found_error', 'model: x') }, 'inconclusive'],
  ['an overloaded provider', { status: 529, body: anthropicError('overloaded_error', 'Overloaded') }, 'inconclusive'],
  ['a broken provider', { status: 500, body: 'oops' }, 'inconclusive'],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'inconclusive'],
];
const openai: [string, Answer, string][] = [
  ['a completion', { status: 200, body: { choices: [] } }, 'works'],
  [
    'a wrong key',
    { status: 401, body: { error: { code: 'invalid_api_key', message: 'Incorrect API key provided' } } },
    'auth.invalid_credentials',
  ],
  ['an expired token', { status: 401, body: { error: { code: 'token_expired', message: 'x' } } }, 'auth.token_expired'],
  [
    'no credit',
    { status: 429, body: { error: { code: 'insufficient_quota', type: 'insufficient_quota' } } },
    'billing.credit_exhausted',
  ],
  [
    'a plan that is used up, with its reset',
    { status: 429, body: { error: { type: 'usage_limit_reached', resets_at: RESET_S } } },
    `quota.usage_limit ${RESET_S * 1_000}`,
  ],
  [
    'a plan that is used up, with the seconds left',
    { status: 429, body: { error: { type: 'usage_limit_reached', resets_in_seconds: 60 } } },
    `quota.usage_limit ${T0 + 60_000}`,
  ],
  ['a busy minute', { status: 429, body: { error: { code: 'rate_limit_exceeded' } } }, 'inconclusive'],
];
const googleError = (code: number, status: string, message: string, details: object[] = []) => ({
  error: { code, status, message, details },
});
const google: [string, Answer, string][] = [
  ['a candidate', { status: 200, body: { candidates: [] } }, 'works'],
  [
    'an expired key, which comes as 400',
    {
      status: 400,
      body: googleError(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', [
        { reason: 'API_KEY_INVALID' },
      ]),
    },
    'auth.token_expired',
  ],
  [
    'a wrong key, which comes as 400',
    { status: 400, body: googleError(400, 'INVALID_ARGUMENT', 'API key not valid.', [{ reason: 'API_KEY_INVALID' }]) },
    'auth.invalid_credentials',
  ],
  [
    'a request that does not fit',
    { status: 400, body: googleError(400, 'INVALID_ARGUMENT', 'bad field') },
    'inconclusive',
  ],
  [
    'a blocked key',
    { status: 403, body: googleError(403, 'PERMISSION_DENIED', 'reported as leaked') },
    'auth.forbidden',
  ],
  [
    "a day's quota that is used up",
    {
      status: 429,
      body: googleError(429, 'RESOURCE_EXHAUSTED', 'x', [
        { violations: [{ quotaId: 'GenerateRequestsPerDayPerProject' }] },
      ]),
    },
    'quota.usage_limit',
  ],
  [
    "a minute's quota that is used up",
    {
      status: 429,
      body: googleError(429, 'RESOURCE_EXHAUSTED', 'x', [{ violations: [{ quotaId: 'GenerateRequestsPerMinute' }] }]),
    },
    'inconclusive',
  ],
];

describe.each([
  ['anthropic', anthropic],
  ['openai', openai],
  ['google', google],
] as const)('an answer of %s', (provider, cases) => {
  test.each(cases)('%s', (_what, answer, expected) => {
    const result = read(provider, answer);
    const [verdict, reset] = result.verdict === 'refused' ? [result.category, result.resetMs] : [result.verdict];
    expect([verdict, reset].filter((part) => part !== undefined).join(' ')).toBe(expected);
  });
});

test.each([
  ['nothing', ''],
  ['zero', '0'],
  ['no number', 'soon'],
])('a reset header of %s is no reset', (_what, reset) => {
  const headers = { 'anthropic-ratelimit-unified-status': 'rejected', 'anthropic-ratelimit-unified-reset': reset };
  expect(read('anthropic', { status: 429, headers })).not.toHaveProperty('resetMs');
});

test.each([
  [429, 'which says nothing about the plan'],
  [529, 'the provider is in trouble itself'],
  [302, 'a redirect, which is not followed'],
  [404, 'not an answer about the credential'],
])('a status of %i is explained', (status, words) => {
  expect(read('anthropic', { status }).reason).toContain(words);
});

test('the reason gives the status, the name of the error and 200 characters of its words', () => {
  const body = anthropicError('authentication_error', 'w'.repeat(300));
  expect(read('anthropic', { status: 401, body }).reason).toBe(
    `the provider answered 401 · authentication_error · ${'w'.repeat(200)}`,
  );
  expect(read('openai', { status: 401, body: { error: 'a word' } }).reason).toBe('the provider answered 401');
});

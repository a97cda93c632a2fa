import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/contracts/fingerprint.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { createMemoryProbeLease } from '../../../src/memory/memory-probe-lease.ts';
import { createMemorySubscriptionStore } from '../../../src/memory/memory-subscription-store.ts';
import { openProbes } from '../../../src/nats/ensure-streams.ts';
import { createProbeLease } from '../../../src/nats/store/probe-lease.ts';
import { probe } from '../../../src/subscriptions/probe/probe.ts';
import { probeAndRecord } from '../../../src/subscriptions/probe/probe-and-record.ts';
import { heldCredential, type ProbedProvider } from '../../../src/subscriptions/probe/probe-credential.ts';
import { useNatsServer } from '../../support/nats.ts';
import { type ProviderStub, type StubAnswer, startProviderStub } from '../../support/provider-stub.ts';
import { HOUR, manualClock, SECOND, subscription, T0 } from '../../support/subscriptions.ts';

const OAUTH = 'sk-ant-oat01-aaaaaaaaaaaaaaaa';
const KEY = 'sk-ant-api03-bbbbbbbbbbbbbbbb';
let stub: ProviderStub;
beforeAll(async () => {
  stub = await startProviderStub();
});
beforeEach(() => {
  stub.requests.length = 0;
});
afterAll(() => stub.stop());

const envOf = (provider: ProbedProvider) =>
  ({
    anthropic: { ANTHROPIC_BASE_URL: stub.url, CLAUDE_CODE_OAUTH_TOKEN: OAUTH },
    openai: { OPENAI_BASE_URL: `${stub.url}/v1`, OPENAI_API_KEY: 'sk-openai-cccccccccccc' },
    google: { GOOGLE_GEMINI_BASE_URL: stub.url, GEMINI_API_KEY: 'AIzaDDDDDDDDDDDDDDDDDDDDDDDD' },
  })[provider];

async function ask(provider: ProbedProvider, answer: StubAnswer) {
  stub.answer = answer;
  const env = envOf(provider);
  const credential = heldCredential(provider, env);
  if (!credential) throw new Error('no credential');
  return probe({ provider, credential, env, now: () => T0 });
}

const anthropicError = (type: string, message: string) => ({ type: 'error', error: { type, message } });
const RESET_S = Math.floor(T0 / 1_000) + 3_600;

const anthropic: [string, StubAnswer, string][] = [
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
const openai: [string, StubAnswer, string][] = [
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
const google: [string, StubAnswer, string][] = [
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
  test.each(cases)('%s', async (_what, answer, expected) => {
    const result = await ask(provider, answer);
    const [verdict, reset] = result.verdict === 'refused' ? [result.category, result.resetMs] : [result.verdict];
    expect([verdict, reset].filter((part) => part !== undefined).join(' ')).toBe(expected);
  });
});

describe('the request', () => {
  test.each<[ProbedProvider, string, Record<string, string>]>([
    ['anthropic', '/v1/messages', { authorization: `Bearer ${OAUTH}`, 'anthropic-beta': 'oauth-2025-04-20' }],
    ['openai', '/v1/chat/completions', { authorization: 'Bearer sk-openai-cccccccccccc' }],
    [
      'google',
      '/v1beta/models/gemini-2.5-flash-lite:generateContent',
      { 'x-goog-api-key': 'AIzaDDDDDDDDDDDDDDDDDDDDDDDD' },
    ],
  ])('to %s is one real message with the credential from the environment', async (provider, path, headers) => {
    await ask(provider, { status: 500 });
    expect(stub.requests).toHaveLength(1);
    expect(stub.requests[0]).toMatchObject({ path, headers });
    expect(JSON.stringify(stub.requests[0]?.body)).toMatch(/"(max_tokens|max_completion_tokens|maxOutputTokens)":1\b/);
  });

  test('uses the API key that shadows the token, as a run would', async () => {
    const env = { ...envOf('anthropic'), ANTHROPIC_API_KEY: KEY };
    expect(heldCredential('anthropic', env)).toEqual({ variable: 'ANTHROPIC_API_KEY', kind: 'api_key', token: KEY });
    expect(heldCredential('anthropic', { CLAUDE_CODE_OAUTH_TOKEN: ' ' })).toBeUndefined();
  });

  test('that gets no answer is an error that names the host and not the token', async () => {
    const error = await ask('anthropic', { status: 0, reset: true }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    expect(String((error as Error).message)).toContain('127.0.0.1');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(OAUTH);
  });
});

describe('what a probe puts down', () => {
  const base = (clock = manualClock()) => {
    const env = envOf('anthropic');
    const credential = heldCredential('anthropic', env);
    if (!credential) throw new Error('no credential');
    return {
      provider: 'anthropic' as const,
      credential,
      env,
      store: createMemorySubscriptionStore(),
      lease: createMemoryProbeLease(clock),
      clock,
      salt: 'test',
      subscription: 'team-a',
    };
  };
  const expired: StubAnswer = {
    status: 401,
    body: anthropicError('authentication_error', `token ${OAUTH} has expired`),
  };
  const works: StubAnswer = { status: 200, body: { type: 'message', content: [] } };

  test('is the fingerprint and the finding, and nothing of the token', async () => {
    stub.answer = expired;
    const outcome = await probeAndRecord(base());
    expect(outcome.record).toMatchObject({
      id: 'team-a',
      provider: 'anthropic',
      fingerprint: fingerprintOf(OAUTH, 'test'),
      breaker: { state: 'open', category: 'auth.token_expired' },
      health: { by: 'probe' },
    });
    expect(JSON.stringify(outcome)).not.toContain(OAUTH);
  });

  test('closes a breaker when the token works, even where the clock that opened it is ahead', async () => {
    const options = base();
    const fingerprint = fingerprintOf(OAUTH, 'test');
    const open = subscription('team-a', { fingerprint });
    await options.store.put(
      {
        ...open,
        breaker: { ...open.breaker, state: 'open', since: formatTime(T0 + HOUR), category: 'auth.forbidden' },
      },
      0,
    );
    stub.answer = works;
    expect((await probeAndRecord(options)).record).toMatchObject({
      breaker: { state: 'closed' },
      health: { state: 'healthy', by: 'probe' },
    });
  });

  test('is nothing where the answer settles nothing', async () => {
    const options = base();
    stub.answer = { status: 429 };
    expect(await probeAndRecord(options)).toMatchObject({ result: { verdict: 'inconclusive' }, record: undefined });
    expect(await options.store.get({ kind: 'subscription', id: 'team-a' })).toBeUndefined();
  });

  test('stands under the key itself where an API key shadows the token', async () => {
    stub.answer = expired;
    const options = base();
    const record = (await probeAndRecord({ ...options, credential: { variable: 'K', kind: 'api_key', token: KEY } }))
      .record;
    expect(record).toMatchObject({ kind: 'api_key', id: fingerprintOf(KEY, 'test') });
    expect(await options.store.get({ kind: 'subscription', id: 'team-a' })).toBeUndefined();
  });

  test('comes from one probe at a time and one a minute, whoever asks', async () => {
    stub.answer = works;
    const clock = manualClock();
    const options = base(clock);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => probeAndRecord(options)));
    expect(outcomes.filter(({ result }) => result !== undefined)).toHaveLength(1);
    clock.advance(59 * SECOND);
    expect((await probeAndRecord(options)).result).toBeUndefined();
    expect(stub.requests).toHaveLength(1);
    clock.advance(SECOND);
    expect((await probeAndRecord(options)).result?.verdict).toBe('works');
  });
});

describe('the lease over NATS', () => {
  const nats = useNatsServer();

  test('lets one of many through, and the next when the server has forgotten', async () => {
    const lease = createProbeLease(await openProbes(nats.connection, { intervalMs: 500 }), 'test');
    const taken = await Promise.all(Array.from({ length: 10 }, () => lease.take('print')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await lease.take('another')).toBe(true);
    while (!(await lease.take('print'))) await new Promise((resolve) => setImmediate(resolve));
  });
});

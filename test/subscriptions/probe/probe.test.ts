import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { probe } from '../../../src/subscriptions/probe/probe.ts';
import type { HeldCredential, ProbedProvider } from '../../../src/subscriptions/probe/probe-credential.ts';
import { type ProviderStub, type StubAnswer, startProviderStub } from '../../support/provider-stub.ts';
import { T0 } from '../../support/subscriptions.ts';

let stub: ProviderStub;
beforeAll(async () => {
  stub = await startProviderStub();
});
beforeEach(() => {
  stub.requests.length = 0;
});
afterAll(() => stub.stop());

const OAUTH: HeldCredential = {
  variable: 'CLAUDE_CODE_OAUTH_TOKEN',
  kind: 'oauth',
  token: 'sk-ant-oat01-aaaaaaaaaaaa',
};
const KEY: HeldCredential = { variable: 'K', kind: 'api_key', token: 'AIzaDDDDDDDDDDDDDDDDDDDDDDDD' };

function ask(answer: StubAnswer, provider: ProbedProvider = 'anthropic', credential = OAUTH) {
  stub.answer = answer;
  const env = {
    ANTHROPIC_BASE_URL: stub.url,
    OPENAI_BASE_URL: `${stub.url}/v1`,
    GOOGLE_GEMINI_BASE_URL: stub.url,
  };
  return probe({ provider, credential, env, now: () => T0 });
}

test.each<[ProbedProvider, string, HeldCredential, Record<string, string>]>([
  ['anthropic', '/v1/messages', OAUTH, { authorization: `Bearer ${OAUTH.token}` }],
  ['openai', '/v1/chat/completions', KEY, { authorization: `Bearer ${KEY.token}` }],
  ['google', '/v1beta/models/gemini-2.5-flash-lite:generateContent', KEY, { 'x-goog-api-key': KEY.token }],
])('%s gets one real message with the credential', async (provider, path, credential, headers) => {
  await ask({ status: 500 }, provider, credential);
  expect(stub.requests).toHaveLength(1);
  expect(stub.requests[0]).toMatchObject({ path, headers });
  expect(JSON.stringify(stub.requests[0]?.body)).toMatch(/"(max_tokens|max_completion_tokens|maxOutputTokens)":1\b/);
});

test('the answer is read by its status, its headers and its body', async () => {
  const headers = {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': '1795352400',
  };
  const body = { error: { type: 'rate_limit_error', message: 'limit' } };
  expect(await ask({ status: 429, headers, body })).toEqual({
    verdict: 'refused',
    category: 'quota.usage_limit',
    reason: 'the provider answered 429 · rate_limit_error · limit',
    resetMs: 1_795_352_400_000,
  });
});

test('seconds that are left count from when the answer came', async () => {
  const body = { error: { type: 'usage_limit_reached', resets_in_seconds: 60 } };
  expect(await ask({ status: 429, body }, 'openai', KEY)).toMatchObject({ resetMs: T0 + 60_000 });
});

test('a redirect is not followed: it could carry the credential to another party', async () => {
  const result = await ask({ status: 307, headers: { location: `${stub.url}/elsewhere` } });
  expect(result.verdict).toBe('inconclusive');
  expect(stub.requests).toHaveLength(1);
});

test('a provider that quotes the credential back does not get it into the reason', async () => {
  const odd: HeldCredential = { variable: 'K', kind: 'api_key', token: 'no-known-form-of-a-key' };
  const body = { error: { message: `${odd.token} and sk-ant-api03-${'b'.repeat(30)} are wrong` } };
  const { reason } = await ask({ status: 401, body }, 'anthropic', odd);
  expect(reason).toContain('[redacted]');
  expect(reason).not.toContain(odd.token);
  expect(reason).not.toContain('sk-ant-api03-bbbb');
});

test('no answer is an error that names the host and not the token', async () => {
  const error = await ask({ status: 0, reset: true }).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
  expect(String((error as Error).message)).toContain('127.0.0.1');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(OAUTH.token);
});

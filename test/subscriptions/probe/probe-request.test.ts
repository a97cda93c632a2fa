import { describe, expect, test } from 'vitest';
import type { HeldCredential, ProbedProvider } from '../../../src/subscriptions/probe/probe-credential.ts';
import { probeRequest } from '../../../src/subscriptions/probe/probe-request.ts';

const held = (kind: HeldCredential['kind']): HeldCredential => ({ variable: 'V', kind, token: 'the-token' });
const request = (provider: ProbedProvider, kind: HeldCredential['kind'] = 'api_key', env = {}, model?: string) => {
  const { url, headers, body } = probeRequest(provider, held(kind), env, model);
  return { url: url.href, headers, body: JSON.parse(body) as Record<string, unknown> };
};

describe('the address', () => {
  test.each<[ProbedProvider, string]>([
    ['anthropic', 'https://api.anthropic.com/v1/messages'],
    ['openai', 'https://api.openai.com/v1/chat/completions'],
    ['google', 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash-lite:generateContent'],
  ])("of %s is the provider's own", (provider, url) => {
    expect(request(provider).url).toBe(url);
  });

  test.each([
    ['http://127.0.0.1:9/proxy', 'http://127.0.0.1:9/proxy/v1/messages'],
    ['http://127.0.0.1:9/proxy/', 'http://127.0.0.1:9/proxy/v1/messages'],
    ['', 'https://api.anthropic.com/v1/messages'],
  ])("may be set with the provider's own variable: %j", (base, url) => {
    expect(request('anthropic', 'oauth', { ANTHROPIC_BASE_URL: base }).url).toBe(url);
  });

  test('of another provider does not change it, and what is no address is refused', () => {
    expect(request('openai', 'api_key', { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' }).url).toContain('api.openai.com');
    expect(() => request('openai', 'api_key', { OPENAI_BASE_URL: 'no address' })).toThrow(TypeError);
  });
});

test.each<[ProbedProvider, HeldCredential['kind'], Record<string, string>]>([
  ['anthropic', 'api_key', { 'x-api-key': 'the-token' }],
  ['anthropic', 'oauth', { authorization: 'Bearer the-token', 'anthropic-beta': 'oauth-2025-04-20' }],
  ['anthropic', 'unknown', { authorization: 'Bearer the-token' }],
  ['openai', 'api_key', { authorization: 'Bearer the-token' }],
  ['google', 'api_key', { 'x-goog-api-key': 'the-token' }],
])('%s gets a credential of the kind %s in its header and nowhere else', (provider, kind, expected) => {
  const { headers, body, url } = request(provider, kind);
  const { 'content-type': _, 'user-agent': __, 'anthropic-version': ___, ...own } = headers;
  expect(own).toEqual(expected);
  expect(JSON.stringify(body) + url).not.toContain('the-token');
});

test.each<[ProbedProvider, object]>([
  ['anthropic', { model: 'claude-haiku-4-5', max_tokens: 1 }],
  ['openai', { model: 'gpt-4o-mini', max_completion_tokens: 1 }],
  ['google', { generationConfig: { maxOutputTokens: 1 } }],
])('%s is asked for one token', (provider, body) => {
  expect(request(provider).body).toMatchObject(body);
});

test('only a subscription token has to come from Claude Code', () => {
  expect(request('anthropic', 'oauth').body.system).toContain('You are Claude Code');
  expect(request('anthropic', 'api_key').body).not.toHaveProperty('system');
});

test('another model goes into the body, or into the path', () => {
  expect(request('anthropic', 'oauth', {}, 'claude-x').body.model).toBe('claude-x');
  expect(request('google', 'api_key', {}, 'gemini/x').url).toContain('/models/gemini%2Fx:generateContent');
});

import { expect, test } from 'vitest';
import {
  heldCredential,
  PROVIDERS,
  type ProbedProvider,
  variablesOf,
} from '../../../src/subscriptions/probe/probe-credential.ts';

const ALL = Object.fromEntries(PROVIDERS.flatMap(variablesOf).map((name) => [name, `value of ${name}`]));

test.each<[ProbedProvider, string[]]>([
  ['anthropic', ['ANTHROPIC_AUTH_TOKEN unknown', 'ANTHROPIC_API_KEY api_key', 'CLAUDE_CODE_OAUTH_TOKEN oauth']],
  ['openai', ['CODEX_API_KEY api_key', 'OPENAI_API_KEY api_key']],
  ['google', ['GEMINI_API_KEY api_key', 'GOOGLE_API_KEY api_key']],
])('a run of %s uses the first of its variables that is set', (provider, order) => {
  const env: Record<string, string | undefined> = { ...ALL };
  const used: string[] = [];
  for (let held = heldCredential(provider, env); held; held = heldCredential(provider, env)) {
    expect(held.token).toBe(`value of ${held.variable}`);
    used.push(`${held.variable} ${held.kind}`);
    delete env[held.variable];
  }
  expect(used).toEqual(order);
  expect(variablesOf(provider)).toEqual(order.map((one) => one.split(' ')[0]));
});

test('a variable that is empty or blank is not set, and blanks around a token are none of it', () => {
  const env = { ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: ' \n', CLAUDE_CODE_OAUTH_TOKEN: ' token\n' };
  expect(heldCredential('anthropic', env)).toEqual({
    variable: 'CLAUDE_CODE_OAUTH_TOKEN',
    kind: 'oauth',
    token: 'token',
  });
  expect(heldCredential('anthropic', {})).toBeUndefined();
});

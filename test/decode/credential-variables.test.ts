import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/contracts/fingerprint.ts';
import { credentialOf } from '../../src/decode/credential-variables.ts';

const seen = (runtime: string | undefined, env: NodeJS.ProcessEnv) => {
  const { kind, fingerprint } = credentialOf(runtime, env);
  const token = Object.values(env).find((value) => value && fingerprintOf(value) === fingerprint);
  return fingerprint === undefined ? kind : `${kind} ${token}`;
};

describe('the credential of a run', () => {
  it.each<[string, string | undefined, NodeJS.ProcessEnv, string]>([
    ['an OAuth token', 'claude-code', { CLAUDE_CODE_OAUTH_TOKEN: 'o' }, 'oauth o'],
    [
      'an API key, which shadows the OAuth token',
      'claude-code',
      { CLAUDE_CODE_OAUTH_TOKEN: 'o', ANTHROPIC_API_KEY: 'k' },
      'api_key k',
    ],
    [
      'a gateway bearer, which shadows both',
      'claude-code',
      { ANTHROPIC_AUTH_TOKEN: 'b', ANTHROPIC_API_KEY: 'k' },
      'unknown b',
    ],
    [
      "a cloud provider's own, whatever else is set",
      'claude-code',
      { CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_API_KEY: 'k' },
      'unknown',
    ],
    ['an empty variable as none', 'claude-code', { ANTHROPIC_API_KEY: ' ', CLAUDE_CODE_OAUTH_TOKEN: 'o' }, 'oauth o'],
    ['nothing in the environment', 'claude-code', { OPENAI_API_KEY: 'k' }, 'unknown'],
    ['Codex: its own key first', 'codex', { OPENAI_API_KEY: 'a', CODEX_API_KEY: 'b' }, 'api_key b'],
    ['Gemini', 'gemini', { GOOGLE_API_KEY: 'g' }, 'api_key g'],
    ['an unnamed runtime with one token', undefined, { CLAUDE_CODE_OAUTH_TOKEN: 'o' }, 'oauth o'],
    ['an unnamed runtime with two tokens', undefined, { OPENAI_API_KEY: 'a', CLAUDE_CODE_OAUTH_TOKEN: 'o' }, 'unknown'],
    ['a runtime for any provider with one token', 'opencode', { OPENROUTER_API_KEY: 'r' }, 'api_key r'],
  ])('is told from %s', (_, runtime, env, expected) => {
    expect(seen(runtime, env)).toBe(expected);
  });

  it('is a hash of salt and token, and never the token', () => {
    const env = { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-secret', KNELL_FINGERPRINT_SALT: 'pepper' };
    const credential = credentialOf('claude-code', env);
    expect(credential.fingerprint).toBe(fingerprintOf('sk-ant-oat01-secret', 'pepper'));
    expect(JSON.stringify(credential)).not.toContain('secret');
    expect(credential.fingerprint).not.toBe(fingerprintOf('sk-ant-oat01-secret'));
  });
});

import { describe, expect, it } from 'vitest';
import { redactText } from '../../src/decode/redact.ts';

// Put together here, so that no scanner takes this file for a leak.
const tail = 'abcdefghijklmnopqrstuvwxyz012345';

describe('redactText', () => {
  it.each([
    ['an Anthropic key', `sk-ant-api03-${tail}`],
    ['an OpenAI key', `sk-proj-${tail}`],
    ['a Google key', `AIza${tail}`],
    ['a Google access token', `ya29.${tail}`],
    ['a GitHub token', `ghp_${tail}`],
    ['a fine-grained GitHub token', `github_pat_${tail}`],
    ['a GitLab token', `glpat-${tail}`],
    ['an npm token', `npm_${tail}`],
    ['a Slack token', `xoxb-${tail}`],
    ['an AWS key id', `AKIA${'ABCDEFGH12345678'}`],
    ['a JSON Web Token', `eyJ${tail}.${tail}.${tail}`],
  ])('hides %s', (_what, secret) => {
    expect(redactText(`401 for "${secret}", sorry`)).toBe('401 for "[redacted]", sorry');
  });

  it.each([
    ['Authorization: Bearer abcdefghijklmnop==', 'Authorization: Bearer [redacted]'],
    ['authorization: basic dXNlcjpwYXNzd29yZA==', 'authorization: basic [redacted]'],
    ['https://user:hunter2@git.example.com/x', 'https://user:[redacted]@git.example.com/x'],
    ['CLAUDE_CODE_OAUTH_TOKEN=abcdef123 claude -p', 'CLAUDE_CODE_OAUTH_TOKEN=[redacted] claude -p'],
    ['LPKEY="abcdef123"', 'LPKEY="[redacted]"'],
  ])('in %s hides the credential only', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it.each([
    'Failed to authenticate. API Error: 401 Invalid bearer token',
    'OAuth token has expired. Please obtain a new token or refresh your existing token.',
    'Your ANTHROPIC_API_KEY belongs to a disabled organization',
    'Missing environment variable: `LPKEY`.',
    'API_KEY=$SECRET',
  ])('leaves "%s" as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

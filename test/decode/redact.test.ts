import { expect, test } from 'vitest';
import { redactText } from '../../src/decode/redact.ts';

// Assembled at run time, so that no scanner takes these for real ones.
const fake = (...parts: string[]): string => parts.join('');

test.each([
  ['an Anthropic key', fake('sk-', 'ant-', 'api03-', 'AbCdEfGhIjKlMnOp')],
  ['an Anthropic OAuth token', fake('sk-', 'ant-', 'oat01-', 'AbCdEfGhIjKlMnOp')],
  ['an OpenAI key', fake('sk-', 'proj-', 'AbCdEfGhIjKlMnOp1234')],
  ['a Google key', fake('AI', 'za', 'SyA1234567890abcdefghijklmnop')],
  ['a GitHub token', fake('gh', 'p_', 'AbCdEfGhIjKlMnOpQrStUv')],
  ['a Slack token', fake('xox', 'b-', '123456789012-abcdef')],
  ['an AWS key id', fake('AK', 'IA', 'IOSFODNN7EXAMPLE')],
  ['a JSON Web Token', fake('ey', 'JhbGciOiJIUzI1NiJ9', '.ey', 'JzdWIiOiIxIn0aaaa', '.sig')],
])('%s leaves no trace', (_what, secret) => {
  expect(redactText(`key=${secret} end`)).toBe('key=[redacted] end');
  expect(redactText(`{"apiKey":"${secret}"}`)).toBe('{"apiKey":"[redacted]"}');
});

test('a bearer credential and a password in a URL are taken out', () => {
  expect(redactText('Authorization: Bearer abcdefghijklmnop')).toBe('Authorization: Bearer [redacted]');
  expect(redactText('fatal: https://bob:hunter22@git.example.com/x.git')).not.toContain('hunter22');
});

test('ordinary text stays as it is', () => {
  const text = 'Failed to authenticate. API Error: 401 OAuth access token has expired. See sk-ip and task-list.';
  expect(redactText(text)).toBe(text);
});

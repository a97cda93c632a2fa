import RE2 from 're2';
import { expect, test } from 'vitest';
import { redactText, SHAPES } from '../../src/decode/redact.ts';
import { fakeSecrets, leakOf } from '../support/secrets.ts';

const SECRETS = [1, 2, 3].flatMap((seed) =>
  fakeSecrets(seed).map((secret) => [`${secret.kind} (${seed})`, secret] as const),
);

test.each(SECRETS)('%s leaves no trace', (_kind, secret) => {
  const shown = redactText(secret.line);
  expect(shown).toContain('[redacted]');
  expect(leakOf(shown, secret), shown).toBeUndefined();
});

test('every shape is one that RE2 takes', () => {
  for (const { pattern } of SHAPES) expect(() => new RE2(pattern, 'gu'), pattern).not.toThrow();
  expect(SHAPES.length).toBeGreaterThan(250);
});

test.each([
  'Failed to authenticate. API Error: 401 OAuth access token has expired. See sk-ip and task-list.',
  'Invalid API key · Fix external API key',
  '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"status":401}',
  'ERROR: Failed to refresh token: 401 Unauthorized: Your refresh token has already been used',
  'Missing bearer or basic authentication in header',
  'remote: Invalid username or token. Password authentication is not supported for Git operations.',
  'Current password: passwd: Authentication token manipulation error',
  'No conversation found with session ID: 11111111-2222-3333-4444-555555555555',
  '{"input_tokens":120394,"output_tokens":3401,"cache_read_input_tokens":88120394}',
  'git@github.com: Permission denied (publickey).',
  'systemd[1]: user@1000.service: Failed with result',
  '2026-11-24T03:04:05.678Z seq 1795363121800 run 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html?lang=en',
  'See https://platform.openai.com/account/api-keys and /Users/Bob/Projects/App1/src/components/Button/index.ts',
  'export OPENAI_API_KEY=$OPENAI_API_KEY; password: ******; --token <your-token>',
])('ordinary text stays as it is: %s', (text) => {
  expect(redactText(text)).toBe(text);
});

test('what is known to be clean is no secret, however often it and others came', () => {
  for (let n = 0; n < 3_000; n += 1) expect(redactText(`team-${n}`)).toBe(`team-${n}`);
  for (let n = 0; n < 3; n += 1) {
    expect(redactText('team-1')).toBe('team-1');
    expect(redactText('password=hunter22')).toBe('password=[redacted]');
  }
});

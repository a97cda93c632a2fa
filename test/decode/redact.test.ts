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

import { expect, it } from 'vitest';
import { SECRET_BLOCKS } from '../../../src/decode/redact/blocks.ts';
import { hideAll } from './hide-all.ts';

const BEGIN = '-----BEGIN RSA PRIVATE KEY-----';

it.each([
  ['a whole key', `a\n${BEGIN}\nzebra\n-----END RSA PRIVATE KEY-----\nb`, 'a\n[redacted]\nb'],
  ['a key without its end', `a\n${BEGIN}\nzebra\nzebra`, 'a\n[redacted]'],
  ['a key of PuTTY', 'a\nPuTTY-User-Key-File-3: ssh-rsa\nzebra', 'a\n[redacted]'],
  ['its private lines alone', 'a\nPrivate-Lines: 2\nzebra', 'a\n[redacted]'],
  ['a certificate, which is public', '-----BEGIN CERTIFICATE-----\nzebra', '-----BEGIN CERTIFICATE-----\nzebra'],
])('%s', (_, text, hidden) => {
  expect(hideAll(SECRET_BLOCKS, text)).toBe(hidden);
});

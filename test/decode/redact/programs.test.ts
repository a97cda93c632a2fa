import { describe, expect, it } from 'vitest';
import { PROGRAM_SECRETS } from '../../../src/decode/redact/programs.ts';
import { hideAll } from './hide-all.ts';

describe('PROGRAM_SECRETS', () => {
  it.each([
    ['Authorization: Bearer zebra-99', 'Authorization: Bearer [redacted]'],
    ['Cookie: sid=zebra99; a=b', 'Cookie: [redacted]'],
    ['curl -u ann:zebra99 https://a.example', 'curl -u [redacted] https://a.example'],
    ['mysql -u root -pzebra99', 'mysql -u root -p[redacted]'],
    ['sshpass -p zebra99 ssh host', 'sshpass -p [redacted] ssh host'],
    ['openssl rsa -passin pass:zebra99', 'openssl rsa -passin pass:[redacted]'],
    ['machine a.example login ann password zebra99', 'machine a.example login [redacted] password [redacted]'],
    ['db.example:5432:shop:ann:zebra99', 'db.example:5432:shop:ann:[redacted]'],
    ['ann:$6$abcdefgh$ijklmnopqrst', 'ann:[redacted]'],
  ])('%s', (text, hidden) => {
    expect(hideAll(PROGRAM_SECRETS, text)).toBe(hidden);
  });

  it.each([
    'Authorization: required',
    'a basic example',
    'bearer authentication failed',
    'mkdir -p build',
    'at main.ts:12:34',
    'the password is',
  ])('leaves %s', (text) => {
    expect(hideAll(PROGRAM_SECRETS, text)).toBe(text);
  });
});

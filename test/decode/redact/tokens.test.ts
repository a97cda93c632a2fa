import { describe, expect, it } from 'vitest';
import { TOKENS } from '../../../src/decode/redact/tokens.ts';
import { hideAll } from './hide-all.ts';

const LETTERS = 'abcdefghij0123456789';

describe('TOKENS', () => {
  it.each([
    ['a key that the line has cut', `sk-${LETTERS.slice(0, 9)}`],
    ['a token of GitHub', `ghp_${LETTERS}`],
    ['an id of AWS', `AKIA${LETTERS.toUpperCase()}`],
    ['a JSON Web Token', `eyJhbGciOiJub25l.${LETTERS}.${LETTERS}`],
    ['a seed of NATS', `SU${'A2'.repeat(28)}`],
    ['a token of a bot', `bot123456789:${LETTERS}${LETTERS}`],
    ['a line from the middle of a key', 'aB3dE6gH9J'.repeat(7)],
  ])('hides %s', (_, token) => {
    expect(hideAll(TOKENS, `before ${token} behind`)).toBe('before [redacted] behind');
  });

  it('hides a secret key of AWS only beside its name', () => {
    const key = 'aB3dE6gH9J'.repeat(4);
    expect(hideAll(TOKENS, `aws_secret ${key}`)).toBe('aws_secret [redacted]');
    expect(hideAll(TOKENS, `digest ${key}`)).toBe(`digest ${key}`);
  });

  it.each(['a risk-free task', 'sk-short', 'a'.repeat(80), 'eyJhbGciOiJub25l alone'])('leaves %s', (text) => {
    expect(hideAll(TOKENS, text)).toBe(text);
  });
});

import { expect, it } from 'vitest';
import { PERSONAL } from '../../../src/decode/redact/personal.ts';
import { hideAll } from './hide-all.ts';

it.each([
  ['write to ann.b@mail.example now', 'write to [redacted] now'],
  ['ann%40mail.example', '[redacted]'],
  ['card 4111 1111 1111 1111.', 'card [redacted].'],
  ['card 4111111111111111', 'card [redacted]'],
])('hides what is personal in %s', (text, hidden) => {
  expect(hideAll(PERSONAL, text)).toBe(hidden);
});

it.each([
  'git@github.com:a/b',
  'user@1000.service',
  'ann@host',
  'card 4111 1111 1111 1112',
  'in 1700000000000 ms',
  'id-4111111111111111',
])('leaves %s', (text) => {
  expect(hideAll(PERSONAL, text)).toBe(text);
});

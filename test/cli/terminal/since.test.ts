import { expect, test } from 'vitest';
import { readSince } from '../../../src/cli/terminal/since.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');

test.each([
  ['90s', '2026-11-28T11:58:30Z'],
  ['10m', '2026-11-28T11:50:00Z'],
  ['10 min', '2026-11-28T11:50:00Z'],
  ['2h', '2026-11-28T10:00:00Z'],
  ['7d', '2026-11-21T12:00:00Z'],
  ['2026-11-27T08:00Z', '2026-11-27T08:00:00Z'],
])('%s is %s', (text, time) => {
  expect(readSince(text, NOW)).toBe(Date.parse(time));
});

test.each([['yesterday'], ['10'], ['-5m'], [''], ['28.11.2026']])('"%s" is none', (text) => {
  expect(() => readSince(text, NOW)).toThrow('Write a span such as 10m');
});

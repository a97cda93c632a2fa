import { expect, it } from 'vitest';
import { formatTime, parseTime } from '../../src/contracts/time.ts';

it.each(['2026-11-29T04:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])('%s is a time', (text) => {
  expect(parseTime(formatTime(parseTime(text) as number))).toBe(parseTime(text));
});

it.each(['9999-12-31T23:59:59-12:00', '0000-01-01T00:00:00+12:00'])(
  '%s leads out of the years that can be written',
  (text) => {
    expect(parseTime(text)).toBeUndefined();
  },
);

it.each(['', 'yesterday', '2026-13-01T00:00:00Z'])('%j is none', (text) => {
  expect(parseTime(text)).toBeUndefined();
});

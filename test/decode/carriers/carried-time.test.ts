import { expect, it } from 'vitest';
import { timeFrom, timeOf } from '../../../src/decode/carriers/carried-time.ts';

it('takes whole milliseconds from 1970 to the end of the year 9999', () => {
  expect(timeFrom(0)).toEqual({ timeMs: 0 });
  expect(timeFrom(1.9)).toEqual({ timeMs: 1 });
  expect(timeFrom(Date.UTC(9999, 11, 31, 23, 59, 59, 999))).toEqual({ timeMs: 253_402_300_799_999 });
});

it.each([-1, 253_402_300_800_000, Number.NaN, Number.POSITIVE_INFINITY])('has no time for %s', (epochMs) => {
  expect(timeFrom(epochMs)).toEqual({});
});

it('reads a written time down to the millisecond, in its zone', () => {
  expect(timeOf('2026-01-29T16:29:20.123456789Z')).toEqual({ timeMs: Date.UTC(2026, 0, 29, 16, 29, 20, 123) });
  expect(timeOf('2026-01-29T16:29:20+02:00')).toEqual({ timeMs: Date.UTC(2026, 0, 29, 14, 29, 20) });
});

it.each([undefined, 5, '', 'soon', `2026-01-29T16:29:20.${'1'.repeat(20)}Z`])('has no time for %j', (text) => {
  expect(timeOf(text)).toEqual({});
});

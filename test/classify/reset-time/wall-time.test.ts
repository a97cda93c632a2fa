import { IANAZone } from 'luxon';
import { describe, expect, test } from 'vitest';
import { nextMoment, type WallTime } from '../../../src/classify/reset-time/wall-time.ts';

type Row = [at: string, zone: string, what: string, wall: WallTime, expected: string | undefined];
const TOLERANCE_MS = 300_000;
const clock = (hour: number, minute = 0) => ({ clock: { hour, minute, second: 0, millisecond: 0 } });

function next(at: string, zone: string, wall: WallTime): string | undefined {
  const found = nextMoment(wall, { zone: IANAZone.create(zone), nowMs: Date.parse(at), toleranceMs: TOLERANCE_MS });
  return found === undefined ? undefined : new Date(found).toISOString().replace('.000Z', 'Z');
}
const check = (rows: Row[]) =>
  test.each(rows)('at %s in %s, %s', (at, zone, _what, wall, expected) => {
    expect(next(at, zone, wall)).toBe(expected);
  });

describe('a wall time that is skipped moves forward, one that occurs twice is the later', () => {
  const [NEW_YORK, BERLIN, APIA] = ['America/New_York', 'Europe/Berlin', 'Pacific/Apia'];
  check([
    ['2026-03-08T05:00:00Z', NEW_YORK, '2:30, which is skipped', clock(2, 30), '2026-03-08T07:30:00Z'],
    ['2026-03-08T05:00:00Z', NEW_YORK, '3:00, just after the gap', clock(3), '2026-03-08T07:00:00Z'],
    ['2026-11-01T04:00:00Z', NEW_YORK, '1:30, which comes twice', clock(1, 30), '2026-11-01T06:30:00Z'],
    ['2026-11-01T06:00:00Z', NEW_YORK, '1:30 between the two', clock(1, 30), '2026-11-01T06:30:00Z'],
    ['2026-11-01T06:40:00Z', NEW_YORK, '1:30 after both', clock(1, 30), '2026-11-02T06:30:00Z'],
    ['2026-03-28T23:30:00Z', BERLIN, '2:30, which is skipped', clock(2, 30), '2026-03-29T01:30:00Z'],
    ['2026-10-24T20:00:00Z', BERLIN, '2:30, which comes twice', clock(2, 30), '2026-10-25T01:30:00Z'],
    ['2026-10-24T20:00:00Z', BERLIN, '3:00 after both', clock(3), '2026-10-25T02:00:00Z'],
    [
      '2026-10-24T20:00:00Z',
      BERLIN,
      'the end of a day of 25 hours',
      { inDays: 1, ...clock(24) },
      '2026-10-25T23:00:00Z',
    ],
    // Lord Howe Island shifts by half an hour.
    ['2026-10-03T12:00:00Z', 'Australia/Lord_Howe', '2:15, skipped', clock(2, 15), '2026-10-03T15:45:00Z'],
    ['2026-04-04T12:00:00Z', 'Australia/Lord_Howe', '1:45, twice', clock(1, 45), '2026-04-04T15:15:00Z'],
    // São Paulo skipped midnight itself in 2018, and lived the hour before it twice.
    [
      '2018-11-03T12:00:00Z',
      'America/Sao_Paulo',
      'a day without its start',
      { month: 11, day: 4 },
      '2018-11-04T03:00:00Z',
    ],
    ['2018-02-17T12:00:00Z', 'America/Sao_Paulo', '23:30, twice', clock(23, 30), '2018-02-18T02:30:00Z'],
    // Samoa was 11 hours behind UTC then, is 13 ahead now, and left out the whole of 30 December 2011.
    ['2011-09-24T12:00:00Z', APIA, '22:30', clock(22, 30), '2011-09-25T08:30:00Z'],
    ['2011-12-30T01:00:00Z', APIA, 'a day that was left out', { inDays: 1, ...clock(9) }, '2011-12-30T19:00:00Z'],
    // No daylight saving, but half an hour off.
    ['2026-03-29T00:00:00Z', 'Asia/Kolkata', '2:30', clock(2, 30), '2026-03-29T21:00:00Z'],
  ]);
});

describe('the first moment that fits', () => {
  /** A Sunday. */
  const AT = '2026-11-22T17:00:00Z';
  check([
    [AT, 'UTC', 'a time of this very minute counts', clock(17), '2026-11-22T17:00:00Z'],
    ['2026-11-22T17:04:59Z', 'UTC', 'a time within the tolerance counts', clock(17), '2026-11-22T17:00:00Z'],
    ['2026-11-22T17:05:00Z', 'UTC', 'a time at its end does not', clock(17), '2026-11-23T17:00:00Z'],
    [AT, 'UTC', 'a weekday is the next such day', { weekday: 1 }, '2026-11-23T00:00:00Z'],
    [AT, 'UTC', "today's weekday, later today", { weekday: 7, ...clock(18) }, '2026-11-22T18:00:00Z'],
    [AT, 'UTC', "today's weekday, earlier, is in a week", { weekday: 7, ...clock(16) }, '2026-11-29T16:00:00Z'],
    [AT, 'UTC', 'today that is over is none', { inDays: 0, ...clock(15) }, undefined],
    [AT, 'Pacific/Auckland', 'tomorrow is that of the zone', { inDays: 1 }, '2026-11-23T11:00:00Z'],
    [AT, 'UTC', 'a date without a year is the next', { month: 1, day: 1 }, '2027-01-01T00:00:00Z'],
    [AT, 'UTC', 'a date that has just passed is an old message', { month: 11, day: 20 }, undefined],
    [AT, 'UTC', 'a date 30 days past is about next year', { month: 10, day: 20 }, '2027-10-20T00:00:00Z'],
    [AT, 'UTC', 'a date with a year that is past is none', { year: 2026, month: 11, day: 20 }, undefined],
    [AT, 'UTC', 'a date and its weekday', { month: 11, day: 23, weekday: 1 }, '2026-11-23T00:00:00Z'],
    [AT, 'UTC', 'a date and another weekday', { year: 2026, month: 11, day: 23, weekday: 2 }, undefined],
    [AT, 'UTC', 'a date that no year has', { month: 2, day: 30 }, undefined],
    ['2027-06-01T00:00:00Z', 'UTC', 'a leap day', { month: 2, day: 29 }, '2028-02-29T00:00:00Z'],
    [AT, 'UTC', 'an hour that no clock shows', clock(25), undefined],
  ]);
});

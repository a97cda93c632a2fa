import { expect, test } from 'vitest';
import { readWallTime } from '../../../src/classify/reset-time/reset-wording.ts';

const clock = (hour: number, minute = 0, second = 0, millisecond = 0) => ({
  clock: { hour, minute, second, millisecond },
});

/** A zone is shown by its offset in minutes. */
function read(text: string) {
  const { zone, ...rest } = readWallTime(text) ?? {};
  return { ...rest, ...(zone ? { zone: zone.offset(Date.UTC(2026, 10, 22)) } : {}) };
}

test.each<[string, object]>([
  ['5pm', clock(17)],
  ['12am', clock(0)],
  ['12pm', clock(12)],
  ['noon', clock(12)],
  ['midnight', clock(24)],
  ['24:00', clock(24)],
  ['2:31 a.m.', clock(2, 31)],
  ['17:30:15', clock(17, 30, 15)],
  ['17:30:15.25', clock(17, 30, 15, 250)],
  ['resets at 8pm (UTC)', { ...clock(20), zone: 0 }],
  ['8pm PST', { ...clock(20), zone: -480 }],
  ['8pm +0530', { ...clock(20), zone: 330 }],
  ['today at 6pm', { inDays: 0, ...clock(18) }],
  ['Tomorrow', { inDays: 1 }],
  ['on Thurs. at 9am', { weekday: 4, ...clock(9) }],
  ['Sunday', { weekday: 7 }],
  ['Mon', { weekday: 1 }],
  ['Nov 23, 8pm', { month: 11, day: 23, ...clock(20) }],
  ['8pm on Sept. 1st', { month: 9, day: 1, ...clock(20) }],
  ['23rd of November 2026', { year: 2026, month: 11, day: 23 }],
  ['Mon, 23 Nov 2026 16:03:14 GMT', { year: 2026, month: 11, day: 23, weekday: 1, ...clock(16, 3, 14), zone: 0 }],
  ['2026-11-23T16:03:14Z', { year: 2026, month: 11, day: 23, ...clock(16, 3, 14), zone: 0 }],
  ['2026/11/23 16:03', { year: 2026, month: 11, day: 23, ...clock(16, 3) }],
  ['12/26/2026', { year: 2026, month: 12, day: 26 }],
  ['26/12/2026', { year: 2026, month: 12, day: 26 }],
  ['12/12/2026', { year: 2026, month: 12, day: 12 }],
])('"%s"', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  ['nothing', ''],
  ['only marks', ' . '],
  ['only a filler', 'at'],
  ['words that name no time', 'later'],
  ['a number that could be anything', '5'],
  ['half of a time of day', 'am'],
  ['two letters that are no word', 'as'],
  ['a month without its day', 'Nov 8pm'],
  ['a day without its month', 'the 5th'],
  ['a year alone', '2026'],
  ['a zone alone', 'UTC'],
  ['an hour beyond the dial', '13pm'],
  ['an hour before the dial', '0am'],
  ['two times', '3pm 4pm'],
  ['two times to choose from', '3pm or 4pm'],
  ['two zones', '8pm (UTC) (UTC)'],
  ['a date and a day by its distance', 'tomorrow, Nov 23, 8pm'],
  ['a date that can be read in two ways', '12/8/2026'],
  ['a zone that could be several', '8pm IST'],
  ['a place that is none', '8pm (Mars/Olympus)'],
  ['anything else behind it', '8pm, or ask your admin'],
])('half a meaning is never taken for the whole: %s', (_what, text) => {
  expect(readWallTime(text)).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { RESET_HORIZON_MS, RESET_TOLERANCE_MS, readResetTime } from '../../../src/classify/reset-time/reset-time.ts';
import type { Capture } from '../../../src/contracts/rule-pack.ts';
import fc from '../../support/fast-check.ts';
import { partOfCount } from '../../support/part-of.ts';

type Row = [at: string, zone: string | undefined, text: string, expected: string | undefined];

/** A Sunday. */
const SUNDAY = '2026-11-22T17:00:00Z';

function readAt(at: string, zone: string | undefined, as: Capture['as'], value: string | number): string | undefined {
  const found = readResetTime({ as, value }, { epochMs: Date.parse(at), ...(zone === undefined ? {} : { zone }) });
  return found && new Date(found.epochMs).toISOString().replace('.000Z', 'Z');
}

describe('a time of day is the next such moment after the event', () => {
  test.each<Row>([
    [SUNDAY, undefined, '3:30am (America/New_York)', '2026-11-23T08:30:00Z'],
    [SUNDAY, undefined, '3am (America/Toronto)', '2026-11-23T08:00:00Z'],
    [SUNDAY, undefined, '8pm (UTC)', '2026-11-22T20:00:00Z'],
    [SUNDAY, undefined, '8PM (utc)', '2026-11-22T20:00:00Z'],
    [SUNDAY, undefined, '3:30AM (AMERICA/NEW_YORK)', '2026-11-23T08:30:00Z'],
    [SUNDAY, 'Asia/Kolkata', '5:00pm', '2026-11-23T11:30:00Z'],
    [SUNDAY, undefined, '5:00pm', '2026-11-22T17:00:00Z'],
    [SUNDAY, undefined, '7:20pm', '2026-11-22T19:20:00Z'],
    [SUNDAY, 'Europe/Berlin', '19:20', '2026-11-22T18:20:00Z'],
    [SUNDAY, undefined, '17:00', '2026-11-22T17:00:00Z'],
    [SUNDAY, undefined, '16:00', '2026-11-23T16:00:00Z'],
    [SUNDAY, undefined, '24:00', '2026-11-23T00:00:00Z'],
    [SUNDAY, undefined, '2:31 AM.', '2026-11-23T02:31:00Z'],
    [SUNDAY, undefined, 'resets at 2:31 a.m.', '2026-11-23T02:31:00Z'],
    [SUNDAY, undefined, '12am', '2026-11-23T00:00:00Z'],
    [SUNDAY, undefined, '12pm', '2026-11-23T12:00:00Z'],
    [SUNDAY, undefined, 'noon (UTC)', '2026-11-23T12:00:00Z'],
    [SUNDAY, undefined, 'midnight (America/Los_Angeles)', '2026-11-23T08:00:00Z'],
    [SUNDAY, undefined, '9am America/Argentina/Buenos_Aires', '2026-11-23T12:00:00Z'],
    [SUNDAY, undefined, '17:30:15', '2026-11-22T17:30:15Z'],
    [SUNDAY, undefined, '3am (Asia/Kolkata)', '2026-11-22T21:30:00Z'],
    [SUNDAY, 'Asia/Kolkata', '8pm (UTC)', '2026-11-22T20:00:00Z'],
  ])('at %s in %s, "%s" is %s', (at, zone, text, expected) => {
    expect(readAt(at, zone, 'reset_time', text)).toBe(expected);
  });
});

describe('five minutes in the past still count as now', () => {
  test.each<Row>([
    ['2026-11-22T17:04:59Z', undefined, '5pm', '2026-11-22T17:00:00Z'],
    ['2026-11-22T17:05:00Z', undefined, '5pm', '2026-11-23T17:00:00Z'],
    ['2026-11-23T00:02:00Z', undefined, '11:59pm', '2026-11-22T23:59:00Z'],
    ['2027-01-01T00:02:00Z', undefined, 'Dec 31, 11:59pm', '2026-12-31T23:59:00Z'],
    ['2026-11-23T09:03:00Z', undefined, 'Monday at 9am', '2026-11-23T09:00:00Z'],
    ['2026-11-23T09:06:00Z', undefined, 'Monday at 9am', '2026-11-30T09:00:00Z'],
    ['2026-11-22T16:08:00Z', undefined, '2026-11-22T16:03:14Z', '2026-11-22T16:03:14Z'],
    ['2026-11-22T16:09:00Z', undefined, '2026-11-22T16:03:14Z', undefined],
  ])('at %s in %s, "%s" is %s', (at, zone, text, expected) => {
    expect(readAt(at, zone, 'reset_time', text)).toBe(expected);
  });
});

describe('days and dates', () => {
  test.each<Row>([
    [SUNDAY, undefined, 'Mon 9am (Europe/Berlin)', '2026-11-23T08:00:00Z'],
    [SUNDAY, undefined, 'Monday at 9am', '2026-11-23T09:00:00Z'],
    [SUNDAY, undefined, 'on Thurs. at 9am', '2026-11-26T09:00:00Z'],
    [SUNDAY, undefined, 'Sunday 4pm', '2026-11-29T16:00:00Z'],
    [SUNDAY, undefined, 'Sunday', '2026-11-29T00:00:00Z'],
    // It is already Monday in Auckland.
    [SUNDAY, 'Pacific/Auckland', 'Monday 9am', '2026-11-22T20:00:00Z'],
    [SUNDAY, undefined, 'tomorrow at 3pm', '2026-11-23T15:00:00Z'],
    [SUNDAY, 'Pacific/Auckland', 'tomorrow', '2026-11-23T11:00:00Z'],
    [SUNDAY, undefined, 'today at 6pm', '2026-11-22T18:00:00Z'],
    [SUNDAY, undefined, 'today at 3pm', undefined],
    [SUNDAY, undefined, 'Nov 23, 8pm (UTC)', '2026-11-23T20:00:00Z'],
    ['2026-09-10T00:00:00Z', undefined, 'Sep 14, 5am (UTC)', '2026-09-14T05:00:00Z'],
    ['2026-09-18T00:00:00Z', undefined, 'Sep 19th, 2026 10:09 AM.', '2026-09-19T10:09:00Z'],
    ['2026-04-10T00:00:00Z', 'America/New_York', 'Apr 11th, 2026 2:32 PM', '2026-04-11T18:32:00Z'],
    [SUNDAY, undefined, 'Jan 1, 12am', '2027-01-01T00:00:00Z'],
    [SUNDAY, undefined, 'Jan 1, 12am (America/Sao_Paulo)', '2027-01-01T03:00:00Z'],
    // In Kiritimati the year is new ten hours before noon UTC.
    ['2026-12-31T12:00:00Z', 'Pacific/Kiritimati', 'Jan 2', '2027-01-01T10:00:00Z'],
    [SUNDAY, undefined, '3 December', '2026-12-03T00:00:00Z'],
    [SUNDAY, undefined, '23rd of November 2026 at 20:15', '2026-11-23T20:15:00Z'],
    [SUNDAY, undefined, '8pm on Sept. 1st', '2027-09-01T20:00:00Z'],
    [SUNDAY, undefined, 'Mon, Nov 23, 8pm', '2026-11-23T20:00:00Z'],
    [SUNDAY, undefined, 'Tue, Nov 23 2026, 8pm', undefined],
    [SUNDAY, undefined, 'Mon, 23 Nov 2026 16:03:14 GMT', '2026-11-23T16:03:14Z'],
    [SUNDAY, undefined, '12/26/2026', '2026-12-26T00:00:00Z'],
    [SUNDAY, undefined, '26/12/2026', '2026-12-26T00:00:00Z'],
    [SUNDAY, undefined, '12/12/2026', '2026-12-12T00:00:00Z'],
    [SUNDAY, undefined, '12/8/2026', undefined],
    [SUNDAY, undefined, '2026-11-23T16:03:14Z', '2026-11-23T16:03:14Z'],
    [SUNDAY, undefined, '2026-11-23T16:03:14.250+02:00', '2026-11-23T14:03:14.250Z'],
    [SUNDAY, undefined, '2026-11-23 16:03 UTC', '2026-11-23T16:03:00Z'],
    [SUNDAY, 'Europe/Berlin', '2026-11-23 16:03', '2026-11-23T15:03:00Z'],
    [SUNDAY, 'Europe/Berlin', '2026-11-23', '2026-11-22T23:00:00Z'],
    [SUNDAY, undefined, '2026-11-23 24:00', '2026-11-24T00:00:00Z'],
    ['2027-06-01T00:00:00Z', undefined, 'Feb 29, 9am', '2028-02-29T09:00:00Z'],
    [SUNDAY, undefined, 'Feb 29, 9am', undefined],
    [SUNDAY, undefined, 'Feb 30, 9am', undefined],
    // A date that has only just passed is an old message, not a reset in a year.
    [SUNDAY, undefined, 'Nov 20, 8pm', undefined],
    [SUNDAY, undefined, 'Nov 22', undefined],
    [SUNDAY, undefined, 'Oct 20, 8pm', '2027-10-20T20:00:00Z'],
  ])('at %s in %s, "%s" is %s', (at, zone, text, expected) => {
    expect(readAt(at, zone, 'reset_time', text)).toBe(expected);
  });
});

describe('a zone', () => {
  test.each<Row>([
    [SUNDAY, 'Mars/Olympus', '8pm (UTC)', '2026-11-22T20:00:00Z'],
    [SUNDAY, 'Mars/Olympus', '8pm', undefined],
    [SUNDAY, 'Mars/Olympus', 'in 3 hours', '2026-11-22T20:00:00Z'],
    [SUNDAY, 'PST', '12:00 AM', '2026-11-23T08:00:00Z'],
  ])('that is assumed matters where the text needs one: at %s in %s, "%s" is %s', (at, zone, text, expected) => {
    expect(readAt(at, zone, 'reset_time', text)).toBe(expected);
  });
});

test('a span counts from the event, and a day is 24 hours also when the clocks change', () => {
  expect(readAt(SUNDAY, undefined, 'reset_time', 'in 33.5s')).toBe('2026-11-22T17:00:33.500Z');
  expect(readAt('2026-10-24T20:00:00Z', 'Europe/Berlin', 'reset_time', 'in 1 day')).toBe('2026-10-25T20:00:00Z');
});

describe('typed values', () => {
  test.each<[Capture['as'], string | number, string | undefined]>([
    ['epoch_seconds', 1_795_464_000, '2026-11-23T20:00:00Z'],
    ['epoch_seconds', '1795464000', '2026-11-23T20:00:00Z'],
    ['epoch_seconds', 1_795_464_000.0004, '2026-11-23T20:00:00.001Z'],
    ['epoch_milliseconds', 1_795_464_000_000, '2026-11-23T20:00:00Z'],
    ['epoch_milliseconds', '1795464000000', '2026-11-23T20:00:00Z'],
    ['duration_seconds', 90, '2026-11-22T17:01:30Z'],
    ['duration_seconds', '33.5', '2026-11-22T17:00:33.500Z'],
    ['duration_seconds', '33.5s', '2026-11-22T17:00:33.500Z'],
    ['duration_seconds', '6m0s', '2026-11-22T17:06:00Z'],
    ['duration_seconds', 0, '2026-11-22T17:00:00Z'],
    ['rfc3339', '2026-11-23T22:00:00+02:00', '2026-11-23T20:00:00Z'],
    // The unit that the rule names is not the value's: the rule is wrong.
    ['epoch_seconds', 1_795_464_000_000, undefined],
    ['epoch_milliseconds', 1_795_464_000, undefined],
    ['duration_seconds', 1_795_464_000, undefined],
    ['epoch_seconds', Number.NaN, undefined],
    ['epoch_seconds', Number.POSITIVE_INFINITY, undefined],
    ['epoch_seconds', '', undefined],
    ['epoch_seconds', '0x6b04a9c0', undefined],
    ['epoch_seconds', 1_788_000_000, undefined],
    ['duration_seconds', -299, '2026-11-22T16:55:01Z'],
    ['duration_seconds', -300, undefined],
    ['duration_seconds', 400 * 86_400, '2027-12-27T17:00:00Z'],
    ['duration_seconds', 400 * 86_400 + 1, undefined],
    ['duration_seconds', 'soon', undefined],
    ['rfc3339', '2026-11-23T22:00:00', undefined],
    ['rfc3339', 1_795_464_000, undefined],
    ['string', '8pm (UTC)', undefined],
    ['number', 1_795_464_000, undefined],
    // A text names no unit, so the number of digits decides.
    ['reset_time', '1795464000', '2026-11-23T20:00:00Z'],
    ['reset_time', '1795464000000', '2026-11-23T20:00:00Z'],
    ['reset_time', 1_795_464_000, '2026-11-23T20:00:00Z'],
    ['reset_time', '1788000000', undefined],
    ['reset_time', '17954640', undefined],
  ])('%s %s is %s', (as, value, expected) => {
    expect(readAt(SUNDAY, undefined, as, value)).toBe(expected);
  });

  test.each<[Capture['as'], string | number, 'event' | 'text']>([
    ['epoch_seconds', 1_795_464_000, 'event'],
    ['epoch_milliseconds', 1_795_464_000_000, 'event'],
    ['duration_seconds', 90, 'event'],
    ['rfc3339', '2026-11-23T20:00:00Z', 'event'],
    ['reset_time', '8pm (UTC)', 'text'],
    ['reset_time', 'in 5 minutes', 'text'],
    ['reset_time', '1795464000', 'text'],
  ])('the source of %s %s is the %s', (as, value, source) => {
    expect(readResetTime({ as, value }, { epochMs: Date.parse(SUNDAY) })?.source).toBe(source);
  });
});

test.each([
  ['nothing', ''],
  ['a word', 'soon'],
  ['a minute that no clock shows', '8:75pm'],
  ['an hour that no clock shows', '25:00'],
  ['a time behind the end of the day', '24:30'],
  ['a date that does not exist', '2026-13-01'],
  ['more than the horizon ahead', 'in 401 days'],
  ['a date beyond the horizon', '2028-11-23'],
  ['more text than any wording has', `8pm${' '.repeat(600)}`],
])('%s gives nothing', (_what, text) => {
  expect(readAt(SUNDAY, undefined, 'reset_time', text)).toBeUndefined();
});

describe('whatever comes in', () => {
  const kind = fc.constantFrom<Capture['as']>(
    'epoch_seconds',
    'epoch_milliseconds',
    'duration_seconds',
    'reset_time',
    'rfc3339',
    'string',
    'number',
  );
  const zone = fc.constantFrom(
    'UTC',
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'Nope',
  );
  const word = fc.constantFrom(
    ...'at on in mon friday nov 23 2026 31st feb 29 8pm 3:30am 2:30 17:00 24:00 midnight tomorrow today'.split(' '),
    ...'(America/Sao_Paulo) (Pacific/Apia) PST UTC+2 3h 20m 5 minutes 2026-11-22 T16:03:14Z 1/2/2026 1795464000'.split(
      ' ',
    ),
  );
  const phrase = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  const value = fc.oneof(fc.string({ unit: 'binary' }), phrase, fc.double(), fc.integer(), fc.constant('1795464000'));
  const epochMs = fc.oneof(
    fc.integer({ min: Date.parse('2015-01-01'), max: Date.parse('2035-01-01') }),
    fc.double(),
    fc.constantFrom(8.64e15, -8.64e15, 0, Date.parse('9999-12-31T23:59:59.999Z')),
  );

  test('it never throws, and a result lies between the tolerance and the horizon', () => {
    fc.assert(
      fc.property(kind, value, epochMs, zone, (as, captured, at, assumed) => {
        const found = readResetTime({ as, value: captured }, { epochMs: at, zone: assumed });
        if (!found) return;
        expect(found.epochMs).toBeGreaterThan(at - RESET_TOLERANCE_MS);
        expect(found.epochMs).toBeLessThanOrEqual(at + RESET_HORIZON_MS);
        expect(Number.isSafeInteger(found.epochMs)).toBe(true);
      }),
      { numRuns: partOfCount(3_000, 4) },
    );
  });

  test('a moment written in ISO 8601 in any zone reads back as itself', () => {
    const start = Date.parse(SUNDAY);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: RESET_HORIZON_MS }), zone, (aheadMs, assumed) => {
        const value = new Date(start + aheadMs).toISOString();
        const found = readResetTime({ as: 'reset_time', value }, { epochMs: start, zone: assumed });
        expect(found?.epochMs).toBe(start + aheadMs);
      }),
    );
  });

  test('a time of day comes within the next 25 hours and shows that time on the wall', () => {
    const days = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') });
    fc.assert(
      fc.property(days, fc.integer({ min: 4, max: 23 }), fc.integer({ min: 0, max: 59 }), (at, hour, minute) => {
        const text = `${hour}:${String(minute).padStart(2, '0')}`;
        const found = readResetTime({ as: 'reset_time', value: text }, { epochMs: at, zone: 'America/New_York' });
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: 'America/New_York',
          hour: 'numeric',
          minute: '2-digit',
        }).format(found?.epochMs);
        expect(shown.replace(/^0/, '')).toBe(text);
        expect((found?.epochMs ?? Number.NaN) - at).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
  });
});

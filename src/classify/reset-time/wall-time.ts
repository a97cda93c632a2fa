import { DateTime, type Zone } from 'luxon';

/** What a clock and a calendar on a wall show, as far as a text says it. */
export interface WallTime {
  readonly year?: number;
  /** From 1; always together with `day`. */
  readonly month?: number;
  readonly day?: number;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday?: number;
  /** 0 is today, 1 is tomorrow. */
  readonly inDays?: number;
  /** Hour 24 is the end of the day. Left out: the start of the day. */
  readonly clock?: {
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
    readonly millisecond: number;
  };
  readonly zone?: Zone;
}

/**
 * A date without a year that was this short ago is a stale message, not one about next year: no window is so long that
 * a program would leave out the year of its end.
 */
const STALE_DATE_MS = 30 * 86_400_000;

/**
 * The first moment, in epoch milliseconds, that fits `wall` and is later than `nowMs - toleranceMs`; `undefined` when
 * there is none or the date does not exist. All calendar and zone arithmetic is luxon's.
 */
export function nextMoment(
  wall: WallTime,
  { zone, nowMs, toleranceMs }: { zone: Zone; nowMs: number; toleranceMs: number },
): number | undefined {
  const earliestMs = nowMs - toleranceMs;
  const moments = candidateDays(wall, DateTime.fromMillis(nowMs, { zone }), DateTime.fromMillis(earliestMs, { zone }))
    .filter((day) => wall.weekday === undefined || weekdayOf(day) === wall.weekday)
    .map((day) => momentOn(day, wall.clock, zone))
    .filter((moment) => moment !== undefined);
  const isYearless = wall.month !== undefined && wall.year === undefined;
  const isStale = moments.some((moment) => moment <= earliestMs && nowMs - moment < STALE_DATE_MS);
  return isYearless && isStale ? undefined : moments.find((moment) => moment > earliestMs);
}

type Day = { readonly year: number; readonly month: number; readonly day: number };

/** The days that could be meant, in order, beginning with the one of the earliest moment that still counts. */
function candidateDays({ year, month, day, inDays }: WallTime, now: DateTime, earliest: DateTime): Day[] {
  if (inDays !== undefined) return [now.plus({ days: inDays })];
  if (month === undefined || day === undefined) return Array.from({ length: 9 }, (_, days) => earliest.plus({ days }));
  const years = year === undefined ? [-1, 0, 1].map((offset) => earliest.year + offset) : [year];
  return years.map((each) => ({ year: each, month, day }));
}

function weekdayOf({ year, month, day }: Day): number {
  return DateTime.utc(year, month, day).weekday;
}

/**
 * Of a wall time that occurs twice, the later: a retry at the earlier could be too early. It goes by way of UTC because
 * luxon would otherwise begin from the zone's offset at the time of the computer's clock.
 */
function momentOn({ year, month, day }: Day, clock: WallTime['clock'], zone: Zone): number | undefined {
  const shown = DateTime.fromObject({ year, month, day, ...clock }, { zone: 'utc' });
  if (!shown.isValid) return undefined;
  const moments = shown.setZone(zone, { keepLocalTime: true }).getPossibleOffsets();
  return Math.max(...moments.map((moment) => moment.toMillis()));
}

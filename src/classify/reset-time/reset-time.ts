import type { Capture } from '../../contracts/rule-pack.ts';
import { parseTime } from '../../contracts/time.ts';
import { readDuration } from './duration-wording.ts';
import { plainWording } from './plain-wording.ts';
import { readWallTime } from './reset-wording.ts';
import { nextMoment } from './wall-time.ts';
import { readZone } from './zone-name.ts';

/** A reset this far in the past still counts: clocks differ, and lines are read a little after they were printed. */
export const RESET_TOLERANCE_MS = 5 * 60_000;

/** No plan's window is longer than a year; anything beyond is a misread value. */
export const RESET_HORIZON_MS = 400 * 86_400_000;

/** The last moment RFC 3339 can write. Calendar arithmetic throws at the end of what a `Date` holds. */
const LATEST_EVENT_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Longer than any wording of a time; what is longer was captured by mistake. */
const VALUE_MAX = 500;

export interface ResetTime {
  readonly epochMs: number;
  /** `event`: the value came out of a typed field · `text`: out of people's wording. */
  readonly source: 'event' | 'text';
}

/**
 * The moment before which a retry makes no sense, from what a rule captured.
 *
 * `at.epochMs` is the time of the event in epoch milliseconds; no clock is read. `at.zone` (an IANA name, default UTC) is
 * assumed where a text names no zone. Programs print such texts in the local time of *their* machine, so with the
 * default a time of day from a machine elsewhere can be half a day off: name the zone where it is known.
 *
 * Decided, where a text leaves it open:
 * - A time of day is the next such moment, a weekday the next such day, a date without a year the next such date; of a
 *   day without a time it is the start. {@link RESET_TOLERANCE_MS} in the past still counts, and is returned as it is.
 * - A wall time that the clocks skip moves forward by the gap; one that they show twice is the later: never too early.
 * - A bare number in a text is epoch seconds with ten digits, epoch milliseconds with thirteen.
 *
 * Never throws. `undefined` for all that cannot be trusted: unreadable in any part, an unknown zone or an ambiguous
 * abbreviation, `8/12/2026` (which of the two is the month?), more than the tolerance in the past, more than
 * {@link RESET_HORIZON_MS} ahead. So milliseconds in a field that a rule calls seconds are refused, not repaired: the
 * rule is wrong. `string` and `number` name no time and give none.
 */
export function readResetTime(
  capture: { as: Capture['as']; value: string | number },
  at: { epochMs: number; zone?: string },
): ResetTime | undefined {
  if (!(at.epochMs >= 0 && at.epochMs <= LATEST_EVENT_MS)) return undefined;
  const epochMs = readMoment(capture, at);
  if (epochMs === undefined || !Number.isFinite(epochMs)) return undefined;
  // Rounded up: a retry within the last fraction of a millisecond would be too early.
  const aheadMs = Math.ceil(epochMs) - at.epochMs;
  if (aheadMs <= -RESET_TOLERANCE_MS || aheadMs > RESET_HORIZON_MS) return undefined;
  return { epochMs: Math.ceil(epochMs), source: capture.as === 'reset_time' ? 'text' : 'event' };
}

function readMoment(
  { as, value }: { as: Capture['as']; value: string | number },
  at: { epochMs: number; zone?: string },
): number | undefined {
  if (typeof value === 'string' && value.length > VALUE_MAX) return undefined;
  switch (as) {
    case 'epoch_seconds':
      return scaled(readNumber(value), 1_000);
    case 'epoch_milliseconds':
      return readNumber(value);
    case 'duration_seconds':
      return after(at.epochMs, scaled(readNumber(value), 1_000) ?? readDuration(String(value)));
    case 'rfc3339':
      return parseTime(String(value).trim());
    case 'reset_time':
      return readWording(String(value), at);
    default:
      return undefined;
  }
}

function readWording(text: string, at: { epochMs: number; zone?: string }): number | undefined {
  const digits = plainWording(text);
  if (/^\d{10}(\.\d+)?$/.test(digits)) return Number(digits) * 1_000;
  if (/^\d{13}$/.test(digits)) return Number(digits);
  const durationMs = readDuration(text);
  if (durationMs !== undefined) return at.epochMs + durationMs;
  const wall = readWallTime(text);
  const zone = wall && (wall.zone ?? readZone(at.zone ?? 'UTC'));
  return zone && nextMoment(wall, { zone, nowMs: at.epochMs, toleranceMs: RESET_TOLERANCE_MS });
}

/** Numbers as JSON and HTTP headers write them; `''`, `0x10` and `1e9` are none. */
function readNumber(value: string | number): number | undefined {
  if (typeof value === 'number') return value;
  return /^-?\d{1,15}(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function after(epochMs: number, durationMs: number | undefined): number | undefined {
  return durationMs === undefined ? undefined : epochMs + durationMs;
}

import { plainWording } from './plain-wording.ts';

const UNITS: readonly [RegExp, number][] = [
  [/^(?:w|wks?|weeks?)$/, 604_800_000],
  [/^(?:d|days?)$/, 86_400_000],
  [/^(?:h|hrs?|hours?)$/, 3_600_000],
  [/^(?:m|mins?|minutes?)$/, 60_000],
  [/^(?:s|secs?|seconds?)$/, 1_000],
  [/^(?:ms|msecs?|millis|milliseconds?)$/, 1],
];

const LEAD_IN =
  /^(?:(?:try again|retry|resets?|wait) )?(?:(?:in|after|for|within) )?(?:(?:about|around|less than) |~)?/;
const PART = /(?:(\d{1,9}(?:\.\d+)?) ?|(?:an?|one) )([a-z]+)(?:\.?,? (?:and )?|$|(?=\d)|\.$)/y;

/**
 * Milliseconds of a span as programs and people write it: `in 3 hours 20 minutes`, `in 2d 4h`, `7m12s`, `33.5s`, `an hour`.
 * A day is 24 hours: the program that prints such a text divides, it reads no calendar. Units go from large to small, each
 * at most once. `undefined` where anything else is in the text.
 */
export function readDuration(text: string): number | undefined {
  const wording = plainWording(text);
  let position = LEAD_IN.exec(wording)?.[0].length ?? 0;
  let totalMs = 0;
  let smallestMs = Number.POSITIVE_INFINITY;
  if (position === wording.length) return undefined;
  while (position < wording.length) {
    PART.lastIndex = position;
    const part = PART.exec(wording);
    const unitMs = part && UNITS.find(([name]) => name.test(part[2] ?? ''))?.[1];
    if (!unitMs || unitMs >= smallestMs) return undefined;
    totalMs += Number(part[1] ?? 1) * unitMs;
    smallestMs = unitMs;
    position = PART.lastIndex;
  }
  return totalMs;
}

import { z } from 'zod';

/** RFC 3339 with milliseconds and Z on writing; any RFC 3339 time is accepted on reading. */
export const Timestamp = z.iso.datetime({ offset: true });

/** Epoch milliseconds as knell writes times: `2026-11-22T17:04:42.000Z`. */
export function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Beyond these an offset leads out of the years 0 to 9999, and what {@link formatTime} writes is no RFC 3339 time. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
export const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Epoch milliseconds of an RFC 3339 time; `undefined` when it is none. */
export function parseTime(text: string): number | undefined {
  if (!Timestamp.safeParse(text).success) return undefined;
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : undefined;
}

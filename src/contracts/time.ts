import { z } from 'zod';

/** RFC 3339 with milliseconds and Z on writing; any RFC 3339 time is accepted on reading. */
export const Timestamp = z.iso.datetime({ offset: true });

/** Epoch milliseconds as knell writes times: `2026-11-22T17:04:42.000Z`. */
export function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Epoch milliseconds of an RFC 3339 time; `undefined` when it is none. */
export function parseTime(text: string): number | undefined {
  if (!Timestamp.safeParse(text).success) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

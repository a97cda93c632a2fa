import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment in the past as people write it: a span from now (`90s`, `10m`, `2h`, `7d`), or a time in ISO 8601; a time without
 * a zone is this host's.
 *
 * @returns epoch milliseconds
 * @throws {InvalidArgumentError} when it is neither
 */
export function readSince(text: string, _before?: unknown, nowMs = Date.now()): number {
  const [, count, unit = ''] = /^(\d{1,9})\s*(s|m|min|h|d)$/.exec(text.trim()) ?? [];
  const size = UNITS[unit];
  if (count !== undefined && size !== undefined) return nowMs - Number(count) * size;
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new InvalidArgumentError('Write a span such as 10m, 2h or 7d, or a time as 2026-11-28T12:00Z.');
  return atMs;
}

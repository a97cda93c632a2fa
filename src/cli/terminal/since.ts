import { InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../../contracts/duration.ts';

const WANTED = 'Write a span such as 10m, 2h or 7d, or a time as 2026-11-28T12:00Z.';

/**
 * The option `--since`, whose value is epoch milliseconds.
 *
 * @param usual the span that holds where it is left out; none: everything
 */
export function sinceOption(description: string, usual?: string): Option {
  const option = new Option('--since <when>', `${description}: 10m, 2h, 7d, or a time as 2026-11-28T12:00Z`);
  option.argParser((text: string) => readSince(text));
  return usual === undefined ? option : option.default(readSince(usual), usual);
}

/**
 * A moment in the past as people write it: a span from now (`90s`, `10m`, `2h`, `7d`), or a time in ISO 8601; a time without
 * a zone is this host's.
 *
 * @returns epoch milliseconds
 * @throws {InvalidArgumentError} when it is neither
 */
export function readSince(text: string, nowMs = Date.now()): number {
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : nowMs - spanMs(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError(WANTED);
  return atMs;
}

function spanMs(text: string): number {
  try {
    return durationMs(text.replace(/min\s*$/, 'm').replaceAll(/\s/g, ''));
  } catch {
    return Number.NaN;
  }
}

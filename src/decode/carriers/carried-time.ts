import { LAST_MS } from '../../contracts/time.ts';

/** A carrier's time in epoch milliseconds; nothing where it can't be one, since what a line says may be anything. */
export function timeFrom(epochMs: number): { timeMs?: number } {
  return epochMs >= 0 && epochMs <= LAST_MS ? { timeMs: Math.floor(epochMs) } : {};
}

/** The same of a written time such as `2026-01-29T16:29:20.123456789Z`. */
export function timeOf(text: unknown): { timeMs?: number } {
  return typeof text === 'string' && text.length <= 40 ? timeFrom(Date.parse(text)) : {};
}

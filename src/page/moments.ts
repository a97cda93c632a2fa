import { clockOffsetMs } from './live.ts';
import { observable, useValue } from './observable.ts';

/** By the server's clock, epoch milliseconds. */
export function nowMs(): number {
  return Date.now() + clockOffsetMs.get();
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** A span of time in its largest unit: `3 min`. Pure. */
export function spanOf(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return '0 s';
}

/** A span to the step, for time lines: `1.2 s`, `340 ms`. Pure. */
export function exactSpan(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

/** `2026-11-28 16:04:27`, in this browser's zone. Pure. */
export function momentOf(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const now = observable(nowMs());
// One for all: a list that scrolls makes and drops hundreds of ages a second.
setInterval(() => now.set(nowMs()), 5_000);

/** Has a component drawn anew every few seconds, so that ages on the page grow; the moment of the last time. */
export function useNow(): number {
  return useValue(now);
}

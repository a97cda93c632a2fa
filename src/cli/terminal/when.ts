const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** A span for people, in its largest unit that fits: `3 d`, `5 h`, `20 min`, `7 s`. */
export function ageOf(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.floor(ms / 1_000))} s`;
}

/** A time for people: the minute it is in UTC, and how far off. */
export function momentOf(time: string, nowMs: number): string {
  const at = Date.parse(time);
  const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return at >= nowMs ? `${day}Z (in ${ageOf(at - nowMs)})` : `${day}Z (${ageOf(nowMs - at)} ago)`;
}

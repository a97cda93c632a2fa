const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Milliseconds of a duration as rules and options write it.
 * @throws {RangeError} when the text is not a duration
 */
export function durationMs(text: string): number {
  const parts = /^([0-9]+)(ms|s|m|h|d)$/.exec(text);
  if (!parts) throw new RangeError(`"${text}" is not a duration such as 500ms, 30s, 2m, 12h or 7d`);
  return Number(parts[1]) * UNIT_MS[parts[2] as keyof typeof UNIT_MS];
}

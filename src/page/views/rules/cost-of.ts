import type { RuleEntry } from '../../../contracts/api/rules.ts';

/** What trying a rule takes, in words for a table. */
export function costOf({ microseconds }: NonNullable<RuleEntry['cost']>): string {
  if (microseconds >= 1_000) return `${(microseconds / 1_000).toFixed(1)} ms`;
  if (microseconds < 0.1) return '< 0.1 µs';
  return microseconds >= 10 ? `${Math.round(microseconds)} µs` : `${microseconds.toFixed(1)} µs`;
}

import type { RuleTime } from '../../ruleset/rule-set.ts';

/** What trying one rule or cause took, on the lines that were looked at closely. */
export interface RuleCost {
  /** On how many lines it was timed: those that it could be about; of a cause, those that state a failure. */
  readonly lines: number;
  readonly ms: number;
}

/** Whether a line says that something failed. */
export type LineKind = 'failing' | 'other';

/** What each rule and cause costs, from a sample of the lines that a worker reads. */
export interface RuleLedger {
  /** Whether another line of this kind may be looked at closely. Those that fail are few, and must not wait for all others. */
  isDue(kind: LineKind): boolean;
  /**
   * @param digest of the rules that were timed: what others took does not count any more
   * @param tookMs what looking took
   */
  add(kind: LineKind, digest: string, times: readonly RuleTime[], tookMs: number): void;
  /** By key, for the rules in force; nothing for those that were not timed yet. */
  costs(digest: string): ReadonlyMap<string, RuleCost>;
}

/** What looking closely at lines of one kind may take of a worker's time, but for the first one: it takes longest. */
const SHARE = 0.002;
const LONGEST_PAUSE_MS = 1_000;

/** @param nowMs milliseconds from some moment on */
export function createRuleLedger(nowMs: () => number): RuleLedger {
  let timed = { digest: '', byKey: new Map<string, RuleCost>() };
  const dueMs: Record<LineKind, number> = { failing: 0, other: 0 };
  return {
    isDue: (kind) => nowMs() >= dueMs[kind],
    add(kind, digest, times, tookMs) {
      dueMs[kind] = nowMs() + Math.min(LONGEST_PAUSE_MS, tookMs / SHARE);
      if (timed.digest !== digest) timed = { digest, byKey: new Map() };
      for (const { key, ms } of times) {
        const known = timed.byKey.get(key) ?? { lines: 0, ms: 0 };
        timed.byKey.set(key, { lines: known.lines + 1, ms: known.ms + ms });
      }
    },
    costs: (digest) => (timed.digest === digest ? timed.byKey : new Map()),
  };
}

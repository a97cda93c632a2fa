import { durationMs } from '../../contracts/duration.ts';
import type { CompiledClause } from '../rule-set.ts';

/** How good a statement has to be before its cause ends a run: an index into {@link CAUSE_CLAUSES}. */
export const CLAUSE = { atOnce: 0, secondTime: 1, quiet: 2, awaited: 3, retried: 4 } as const;

/** The clauses that every cause has, by {@link CLAUSE}. */
export const CAUSE_CLAUSES: readonly CompiledClause[] = [
  { kind: 'single', conditions: 1, exit: false },
  { kind: 'single', conditions: 1, exit: false, repeat: { count: 2, withinMs: durationMs('10m') } },
  { kind: 'single', conditions: 1, exit: false, quietMs: durationMs('20s') },
  // For as long as a request may take, by which a client gets over it.
  { kind: 'single', conditions: 1, exit: false, quietMs: durationMs('9m') },
  { kind: 'single', conditions: 1, exit: false, quietMs: durationMs('9m'), untilStall: true },
];

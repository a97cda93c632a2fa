import type { CountedHit, Position, RunState } from '../contracts/run-state.ts';
import type { CompiledClause, ConditionHit } from '../ruleset/rule-set.ts';

/** The most hits kept for one clause, and the most clauses counted for one run: a run's memory is bounded. */
const MAX_HITS = 64;
const MAX_CLAUSES = 64;

/** How long the hits of a clause count, in milliseconds; undefined for one that needs no memory. */
function windowMs(clause: CompiledClause): number | undefined {
  return clause.kind === 'single' ? clause.repeat?.withinMs : clause.withinMs;
}

/**
 * Adds a hit to what is counted for its clause and says whether the clause is now true.
 * A hit is identified by its position, so a line that is delivered twice counts once.
 * Windows slide on the lines' own time, not on the time of delivery.
 */
export function countHit(
  state: RunState,
  hit: ConditionHit,
  position: Position,
  atMs: number,
): { state: RunState; complete: boolean } {
  const clause = hit.rule.clauses[hit.clause];
  const window = clause && windowMs(clause);
  if (!clause || window === undefined) return { state, complete: true };
  const key = `${hit.rule.key}#${hit.clause}`;
  const known = state.counts[key] ?? [];
  const isNew = !known.some(
    (entry) => entry.seq === position.seq && entry.row === position.row && entry.condition === hit.condition,
  );
  const added = isNew ? [...known, { ...position, at_ms: atMs, condition: hit.condition }] : known;
  const latest = Math.max(...added.map((entry) => entry.at_ms));
  const kept = added
    .filter((entry) => latest - entry.at_ms <= window)
    .sort((a, b) => a.seq - b.seq || a.row - b.row)
    .slice(-MAX_HITS);
  const counts = { ...state.counts, [key]: kept };
  const keys = Object.keys(counts);
  if (keys.length > MAX_CLAUSES) delete counts[keys[0] as string];
  return { state: { ...state, counts }, complete: isComplete(clause, kept) };
}

function isComplete(clause: CompiledClause, hits: readonly CountedHit[]): boolean {
  if (clause.kind === 'single') return hits.length >= (clause.repeat?.count ?? 1);
  if (clause.kind === 'all') return new Set(hits.map((hit) => hit.condition)).size === clause.conditions;
  let next = 0;
  for (const hit of hits) if (hit.condition === next) next += 1;
  return next === clause.conditions;
}

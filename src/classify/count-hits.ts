import { createHash } from 'node:crypto';
import { comparePositions, isBefore } from '../contracts/position.ts';
import type { CountedHit, RunState } from '../contracts/run-state.ts';
import type { CompiledClause, ConditionHit } from '../ruleset/rule-set.ts';
import type { Occurrence } from './occurrence.ts';

/** The most hits kept for one clause, and the most clauses counted for one run: a run's memory is bounded. */
const MAX_HITS = 64;
const MAX_CLAUSES = 64;

/** How long the hits of a clause count, in milliseconds; undefined for one that needs no memory. */
function windowMs(clause: CompiledClause): number | undefined {
  return clause.kind === 'single' ? clause.repeat?.withinMs : clause.withinMs;
}

/**
 * Adds a hit to what is counted for its clause and says whether the clause is now true.
 * A line counts once, however often it is delivered: it is recognised by its position, and where it was
 * published twice, by its stream, number and bytes.
 * Windows slide on the lines' own time, not on the time of delivery. The first try of a request begins anew: a client that
 * got over a failure and meets it again later has not failed twice.
 */
export function countHit(
  state: RunState,
  hit: ConditionHit,
  occurrence: Pick<Occurrence, 'position' | 'atMs' | 'line' | 'isNumbered'>,
): { state: RunState; complete: boolean } {
  const { position, atMs } = occurrence;
  const clause = hit.rule.clauses[hit.clause];
  const window = clause && windowMs(clause);
  if (!clause || window === undefined) return { state, complete: true };
  const key = `${hit.rule.key}#${hit.clause}`;
  const known = (state.counts[key] ?? []).filter((entry) => !hit.isFirstTry || !isBefore(entry, position));
  const counted = { ...position, at_ms: atMs, condition: hit.condition, source: sourceOf(occurrence) };
  const added = known.some((entry) => isSameLine(entry, counted)) ? known : [...known, counted];
  const latest = Math.max(...added.map((entry) => entry.at_ms));
  const kept = added
    .filter((entry) => latest - entry.at_ms <= window)
    .sort(comparePositions)
    .slice(-MAX_HITS);
  const counts = { ...state.counts, [key]: kept };
  const keys = Object.keys(counts);
  if (keys.length > MAX_CLAUSES) delete counts[keys[0] as string];
  return { state: { ...state, counts }, complete: isComplete(clause, kept) };
}

/**
 * How soon after a line the same bytes of a publisher without line numbers are taken for the line published twice, in
 * milliseconds. A client that does print one line again and again is counted a little later.
 */
const REPUBLISHED_MS = 5_000;

function isSameLine(known: CountedHit, one: CountedHit): boolean {
  if (known.condition !== one.condition) return false;
  if (known.seq === one.seq && known.row !== one.row) return false;
  // A stream that was made anew counts from 1 again; a message that comes again has the time at which it was stored.
  if (known.seq === one.seq && known.at_ms === one.at_ms) return true;
  if (known.source !== one.source) return false;
  return isNumbered(one) || Math.abs(one.at_ms - known.at_ms) < REPUBLISHED_MS;
}

const NO_NUMBER = '-';

function sourceOf({ line, isNumbered }: Pick<Occurrence, 'line' | 'isNumbered'>): string {
  const hash = createHash('sha256').update(line.raw).digest('base64url').slice(0, 16);
  return `${line.stream} ${isNumbered ? line.number : NO_NUMBER} ${hash}`;
}

function isNumbered({ source }: CountedHit): boolean {
  return source !== undefined && source.split(' ')[1] !== NO_NUMBER;
}

function isComplete(clause: CompiledClause, hits: readonly CountedHit[]): boolean {
  if (clause.kind === 'single') return hits.length >= (clause.repeat?.count ?? 1);
  if (clause.kind === 'all') return new Set(hits.map((hit) => hit.condition)).size === clause.conditions;
  let next = 0;
  for (const hit of hits) if (hit.condition === next) next += 1;
  return next === clause.conditions;
}

import { createHash } from 'node:crypto';
import { comparePositions, isBefore } from '../contracts/position.ts';
import type { CountedHit, Position, RunState } from '../contracts/run-state.ts';
import type { CompiledClause, ConditionHit } from '../ruleset/rule-set.ts';
import type { Occurrence } from './occurrence.ts';

/** The most hits kept for one clause, and the most clauses counted for one run: a run's memory is bounded. */
const MAX_HITS = 64;
const MAX_CLAUSES = 64;

/** How long the hits of a clause count, in milliseconds; undefined for one that needs no memory. */
function windowMs(clause: CompiledClause): number | undefined {
  return clause.kind === 'single' ? clause.repeat?.withinMs : clause.withinMs;
}

/** What is counted for a hit's clause, the hit included. */
export interface Counted {
  readonly state: RunState;
  /** The clause is true by this hit. */
  readonly complete: boolean;
  /** The hits that make it true with this one, in the order of the log; none where it is not. */
  readonly together: readonly CountedHit[];
}

/**
 * Adds a hit to what is counted for its clause and says whether the clause is now true by it.
 * A line counts once, however often it is delivered: it is recognised by its position, and where it was
 * published twice, by its stream, number and bytes.
 * Windows slide on the lines' own time, and what lies between two hits is told by their positions, so the answer is the same in
 * whatever order lines are delivered. What was counted before the first try of a request, or before the run recovered, does not count
 * with what follows: a client that got over a failure and meets it again later has not failed twice.
 *
 * @param recovered where the run began anew behind what the rule counts, as far as that is known
 */
export function countHit(
  state: RunState,
  hit: ConditionHit,
  occurrence: Pick<Occurrence, 'position' | 'atMs' | 'line' | 'isNumbered'>,
  recovered: readonly Position[] = [],
): Counted {
  const { position, atMs } = occurrence;
  const clause = hit.rule.clauses[hit.clause];
  const window = clause && windowMs(clause);
  if (!clause || window === undefined) return { state, complete: true, together: [] };
  const key = `${hit.rule.key}#${hit.clause}`;
  const known = state.counts[key] ?? [];
  const counted: CountedHit = {
    ...position,
    at_ms: atMs,
    condition: hit.condition,
    source: sourceOf(occurrence),
    ...(hit.isFirstTry && { anew: position }),
  };
  const same = known.find((entry) => isSameLine(entry, counted));
  const added = same ? known : [...known, counted];
  const latest = Math.max(...added.map((entry) => entry.at_ms));
  const kept = added
    // A hit that comes late counts with those of a window before it.
    .filter((entry) => latest - entry.at_ms < 2 * window)
    .sort(comparePositions)
    .slice(-MAX_HITS)
    .map((entry) => beginAnew(entry, recovered));
  const counts = { ...state.counts, [key]: kept };
  const keys = Object.keys(counts);
  if (keys.length > MAX_CLAUSES) delete counts[keys[0] as string];
  const together = togetherWith(same ?? counted, kept, clause, window);
  return { state: { ...state, counts }, complete: together.length > 0, together };
}

/** The same for a line that another than the run's agent may have printed: it counts with no other, and none with it. */
export function countAlone(state: RunState, hit: ConditionHit, occurrence: Parameters<typeof countHit>[2]): Counted {
  return { ...countHit({ ...state, counts: {} }, hit, occurrence), state };
}

/** The hit with the last place up to which nothing counts with it. */
function beginAnew(entry: CountedHit, recovered: readonly Position[]): CountedHit {
  const last = recovered.reduce(
    (anew, one) => (!isBefore(entry, one) && !(anew && isBefore(one, anew)) ? one : anew),
    entry.anew,
  );
  return last ? { ...entry, anew: last } : entry;
}

/** All hits that stand with a hit in some window in which the clause is true. */
function togetherWith(
  hit: Position,
  hits: readonly CountedHit[],
  clause: CompiledClause,
  window: number,
): readonly CountedHit[] {
  const together = new Set<CountedHit>();
  let anew: Position | undefined;
  for (const [at, last] of hits.entries()) {
    if (last.anew && !(anew && isBefore(last.anew, anew))) anew = last.anew;
    if (isBefore(last, hit)) continue;
    const counting = hits
      .slice(0, at + 1)
      .filter((entry) => last.at_ms - entry.at_ms <= window && !(anew && isBefore(entry, anew)));
    if (!counting.some((entry) => comparePositions(entry, hit) === 0) || !isComplete(clause, counting)) continue;
    for (const entry of counting) together.add(entry);
  }
  return hits.filter((entry) => together.has(entry));
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

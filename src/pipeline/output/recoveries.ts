import { countHit } from '../../classify/count-hits.ts';
import type { Occurrence } from '../../classify/occurrence.ts';
import { isBefore } from '../../contracts/position.ts';
import type { Position, RunState } from '../../contracts/run-state.ts';
import type { CompiledRule } from '../../ruleset/rule-set.ts';
import type { LoggedLine } from '../ports/ports.ts';

/** How many lines are read back: a run that has said more than this since its first failure has gone on. */
const LINES_BACK = 500;

export interface LookBackOptions {
  linesAfter(position: Position, limit: number): Promise<LoggedLine[]>;
  /** The rules whose `recover` holds on a line. */
  recoveriesOn(line: LoggedLine): Promise<readonly CompiledRule[]>;
}

/**
 * For the rules that a line hits again: where the run last recovered from them in between. What counts as recovery is
 * mostly ordinary talk, so it is read back from the log in the rare case that it matters, instead of being watched for
 * on every line.
 */
export async function findRecoveries(
  state: RunState,
  occurrence: Occurrence,
  { linesAfter, recoveriesOn }: LookBackOptions,
): Promise<ReadonlyMap<string, Position>> {
  const recovered = new Map<string, Position>();
  const rules = new Map(occurrence.match.hits.map(({ rule }) => [rule.key, rule]));
  for (const rule of rules.values()) {
    if (!rule.rule.recover?.length || !isAboutToComplete(state, occurrence, rule)) continue;
    const first = firstCounted(state, rule.key);
    if (!first || !isBefore(first, occurrence.position)) continue;
    const lines = await linesAfter(first, LINES_BACK);
    const between = lines.filter(({ position }) => isBefore(position, occurrence.position));
    if (between.length === LINES_BACK || between.some(({ letGo }) => letGo)) {
      recovered.set(rule.key, (between.at(-1) as LoggedLine).position);
      continue;
    }
    for (const line of between) {
      if ((await recoveriesOn(line)).some(({ key }) => key === rule.key)) recovered.set(rule.key, line.position);
    }
  }
  return recovered;
}

/**
 * Whether a hit of the rule adds up with those that are counted, and that leads to anything: only then it matters whether
 * the run has recovered in between. A run that fails a thousand times after its verdict is not read back a thousand times.
 */
function isAboutToComplete(state: RunState, occurrence: Occurrence, { key, rule }: CompiledRule): boolean {
  if (state.verdict || (rule.action !== 'abort' && state.recorded[key])) return false;
  return occurrence.match.hits.some((hit) => hit.rule.key === key && countHit(state, hit, occurrence).complete);
}

function firstCounted(state: RunState, ruleKey: string): Position | undefined {
  const hits = Object.entries(state.counts).flatMap(([key, counted]) => (key.startsWith(`${ruleKey}#`) ? counted : []));
  return hits.reduce<Position | undefined>(
    (first, hit) => (!first || isBefore(hit, first) ? { seq: hit.seq, row: hit.row } : first),
    undefined,
  );
}

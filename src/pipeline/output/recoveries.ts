import { countHit } from '../../classify/count-hits.ts';
import type { Occurrence } from '../../classify/occurrence.ts';
import { comparePositions, isBefore } from '../../contracts/position.ts';
import type { Position, RunState } from '../../contracts/run-state.ts';
import { type CompiledRule, isCause } from '../../ruleset/rule-set.ts';
import type { LoggedLine } from '../ports/ports.ts';
import type { LineMatch, LookBack } from './look-back.ts';

/** How many lines are read back: a run that has said more than this since a failure has gone on. */
const LINES_BACK = 500;

/**
 * For the rules that a line makes true with other lines, before it or behind it: where the run recovered from them between these.
 * What counts as recovery is mostly ordinary talk, so it is read back from the log in the rare case that it matters, instead of
 * being watched for on every line.
 *
 * @returns rule key → the places behind the lines that tell it
 * @throws whatever reading the run's output throws
 */
export async function findRecoveries(
  state: RunState,
  occurrence: Occurrence,
  back: LookBack,
): Promise<ReadonlyMap<string, readonly Position[]>> {
  const recovered = new Map<string, readonly Position[]>();
  const rules = new Map(occurrence.match.hits.map(({ rule }) => [rule.key, rule]));
  for (const rule of rules.values()) {
    if (!isOfUse(state, rule)) continue;
    const together = occurrence.match.hits
      .filter((hit) => hit.rule.key === rule.key)
      .flatMap((hit) => countHit(state, hit, occurrence).together)
      .sort(comparePositions);
    recovered.set(rule.key, await recoveriesBetween(together, rule, back));
  }
  return recovered;
}

/**
 * Whether it leads to anything that the rule's hits add up: only then it matters whether the run has recovered in between. A
 * run that fails a thousand times after its verdict is not read back a thousand times.
 */
function isOfUse(state: RunState, { key, rule }: CompiledRule): boolean {
  return !(state.verdict || (rule.action !== 'abort' && state.recorded[key]));
}

/** @param hits in the order of the log */
async function recoveriesBetween(
  hits: readonly Position[],
  rule: CompiledRule,
  { linesAfter, matchOf, begin }: LookBack,
): Promise<readonly Position[]> {
  const recovered: Position[] = [];
  const last = hits.at(-1);
  if (hits.length < 2) return [];
  for (let from = hits[0]; from && last && isBefore(from, last); ) {
    const between = (await linesAfter(from, LINES_BACK)).filter(({ position }) => isBefore(position, last));
    for (const line of between) {
      if (line.letGo || tellsRecovery(await matchOf(line), rule)) recovered.push(behind(line.position));
    }
    if (between.length < LINES_BACK) break;
    const end = behind((between.at(-1) as LoggedLine).position);
    recovered.push(end);
    from = hits.find((hit) => !isBefore(hit, end));
  }
  // A bounded stream may have dropped what followed a hit, also after it was read: whether the run recovered is not known.
  const { seq } = await begin();
  return [...recovered, ...hits.filter((hit) => hit.seq < seq).map(behind)];
}

/**
 * A result tells it of each rule: it takes back what was said before it, also where no worker has taken it in yet. Of a cause any word
 * of the model's does, since only a request that has succeeded brings one.
 */
function tellsRecovery({ recoveries, signals, isSpeech }: LineMatch, rule: CompiledRule): boolean {
  if (isSpeech && isCause(rule)) return true;
  return recoveries.some(({ key }) => key === rule.key) || signals.some(({ signal }) => signal.means === 'success');
}

function behind({ seq, row }: Position): Position {
  return { seq, row: row + 1 };
}

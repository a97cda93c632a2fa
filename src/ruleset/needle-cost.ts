import { COMMON_GRAMS } from './common-grams.ts';
import type { Needle } from './needle.ts';

/** How often four bytes stand together in agents' output, in a million places; folded as the scan folds them. */
const FREQUENCY = new Map<string, number>();
for (const [perMillion, grams] of Object.entries(COMMON_GRAMS)) {
  for (let i = 0; i < grams.length; i += 4) FREQUENCY.set(grams.slice(i, i + 4), Number(perMillion));
}
/** For four bytes that the sample logs don't show often enough to be counted. */
const UNCOMMON = 1;

/** A line that has to be parsed costs as much as this many words that have to be looked at twice. */
const LINE_COST = 100;
/** How many occurrences of a key have some other value, by experience: `is_error` is mostly false. */
const VALUE_SHARE = 0.25;
/** Any seven bytes hold one aligned word, wherever they are; with fewer it takes words that are only partly known. */
export const STRETCH = 7;
const SHORT_COST = 2_000;

/** How often each four bytes of a text stand together, place by place. */
function gramFrequencies(text: string): number[] {
  const frequencies: number[] = [];
  for (let at = 0; at + 4 <= text.length; at++) frequencies.push(FREQUENCY.get(text.slice(at, at + 4)) ?? UNCOMMON);
  return frequencies;
}

/** The stretch of seven bytes whose four words are seen least: where it begins, and how often they are seen. */
function rarestIn(frequencies: readonly number[]): { at: number; cost: number } {
  let best = { at: 0, cost: Number.POSITIVE_INFINITY };
  for (let at = 0; at + 4 <= frequencies.length; at++) {
    let cost = 0;
    for (let word = at; word < at + 4; word++) cost += frequencies[word] as number;
    if (cost < best.cost) best = { at, cost };
  }
  return best;
}

/** Where the seven bytes of a text of seven or more begin whose words are seen least. */
export function rarestStretch(text: string): number {
  return rarestIn(gramFrequencies(text)).at;
}

/** What looking for a needle costs: in words looked at twice, and lines parsed, in a million places. */
export function needleCost({ text, value }: Needle): number {
  const frequencies = gramFrequencies(text);
  const rarest = frequencies.length > 0 ? Math.min(...frequencies) : SHORT_COST;
  const looks = text.length >= STRETCH ? rarestIn(frequencies).cost : SHORT_COST / text.length;
  return looks + rarest * LINE_COST * (value ? VALUE_SHARE : 1) - text.length;
}

/** The set of needles that costs least; none where there is none, or only sets that are missing. */
export function cheapest(sets: readonly (readonly Needle[] | undefined)[]): readonly Needle[] | undefined {
  let best: readonly Needle[] | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const set of sets) {
    if (!set) continue;
    const cost = set.reduce((sum, needle) => sum + needleCost(needle), 0);
    if (cost < bestCost) [best, bestCost] = [set, cost];
  }
  return best;
}

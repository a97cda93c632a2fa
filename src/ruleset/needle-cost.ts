import { COMMON_GRAMS } from './common-grams.ts';
import type { Needle } from './needle.ts';

/** How often four bytes, or three, stand together in agents' output, in a million places. */
const FREQUENCY = new Map<string, number>();
for (const [perMillion, grams] of Object.entries(COMMON_GRAMS)) {
  for (let i = 0; i < grams.length; i += 4) {
    const gram = grams.slice(i, i + 4);
    FREQUENCY.set(gram, Number(perMillion));
    const three = gram.slice(0, 3);
    FREQUENCY.set(three, (FREQUENCY.get(three) ?? 0) + Number(perMillion));
  }
}
/** For bytes that the sample logs don't show together often enough to be counted. */
const UNCOMMON = { 3: 30, 4: 1 };

/** A line that has to be parsed costs as much as this many words that have to be looked at twice. */
const LINE_COST = 100;
/** How many occurrences of a key have the value that is asked for, by experience. */
const VALUE_SHARE = 0.1;
/** Any seven bytes hold one aligned word, wherever they are; with fewer it takes words that are only partly known. */
export const STRETCH = 7;
/** Needles without any word are found by their first bytes, at any place. */
const TINY_COST = 2_000;
/** Of two bytes nobody knows how often they stand together: often. */
const PAIR_FREQUENCY = 5_000;

/** What it costs that one more needle has to be compared where the bytes of several are found. */
const CROWD_COST = 0.05;

function frequencyOf(text: string, at: number, length: 3 | 4): number {
  return FREQUENCY.get(text.slice(at, at + length)) ?? UNCOMMON[length];
}

/** How often each four bytes of a text stand together. */
function frequenciesOf(text: string): number[] {
  return Array.from({ length: Math.max(0, text.length - 3) }, (_, at) => frequencyOf(text, at, 4));
}

/**
 * Where the seven bytes of a text of seven or more begin that are best looked for: whose words are seen least, and which
 * few other needles have.
 *
 * @param crowdOf how many needles have the bytes from there on
 */
export function bestStretch(text: string, crowdOf: (at: number) => number): number {
  return stretchOf(frequenciesOf(text), crowdOf).at;
}

function stretchOf(frequencies: readonly number[], crowdOf: (at: number) => number): { at: number; cost: number } {
  const best = { at: 0, cost: Number.POSITIVE_INFINITY };
  for (let at = 0; at + 4 <= frequencies.length; at++) {
    let cost = crowdOf(at) * CROWD_COST;
    for (let i = at; i < at + 4; i++) cost += frequencies[i] as number;
    if (cost < best.cost) [best.at, best.cost] = [at, cost];
  }
  return best;
}

/** What looking for a needle costs: in words looked at twice, and lines parsed, in a million places. */
export function needleCost({ text, value }: Needle): number {
  const frequencies = frequenciesOf(text);
  const rarest = frequencies.length > 0 ? Math.min(...frequencies) : tinyFrequency(text);
  return looksCost(text, frequencies) + rarest * LINE_COST * (value ? VALUE_SHARE : 1) - text.length;
}

function tinyFrequency(text: string): number {
  return text.length < 3 ? PAIR_FREQUENCY : frequencyOf(text, 0, 3);
}

function looksCost(text: string, frequencies: readonly number[]): number {
  if (text.length >= STRETCH) return stretchOf(frequencies, () => 0).cost;
  if (text.length < 5) return TINY_COST + tinyFrequency(text);
  const partly = frequencyOf(text, 0, 3) + (text.length === 5 ? frequencyOf(text, 2, 3) : 0);
  return frequencies.reduce((sum, frequency) => sum + frequency, partly);
}

/** The set of needles that costs least; none where there is none, or only sets that are missing. */
export function cheapest(sets: readonly (readonly Needle[] | undefined)[]): readonly Needle[] | undefined {
  const there = sets.filter((set) => set !== undefined);
  if (there.length < 2) return there[0];
  let best: readonly Needle[] | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const set of there) {
    const cost = set.reduce((sum, needle) => sum + needleCost(needle), 0);
    if (cost < bestCost) [best, bestCost] = [set, cost];
  }
  return best;
}

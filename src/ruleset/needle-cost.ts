import { COMMON_GRAMS, COMMON_TOKENS } from './common-grams.ts';
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
/** How often JSON strings stand in agents' output, quotes included, in a million places. */
const TOKENS = new Map<string, number>();
for (const [perMillion, tokens] of Object.entries(COMMON_TOKENS)) {
  for (const token of tokens.match(/"[^"]*"/g) ?? []) TOKENS.set(token, Number(perMillion));
}
/** For bytes that the sample logs don't show together often enough to be counted. */
const UNCOMMON = { 3: 30, 4: 1 };

/** What a find costs, and a line that has to be parsed, when a word that has to be looked at twice costs 1. */
const FIND_COST = 40;
const LINE_COST = 100;
/** How many occurrences of a key have the value that is asked for, by experience. */
const VALUE_SHARE = 0.1;
/** Any seven bytes hold one aligned word, wherever they are. */
export const STRETCH = 7;
/** Needles that are shorter than a stretch are found by their first bytes, and then have to be looked at again. */
const SHAPE_COST = 20;
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

/** What looking for a needle costs: words looked at twice, finds, and lines parsed, in a million places. */
export function needleCost({ text, isKeyEnd, value }: Needle): number {
  const frequencies = frequenciesOf(text);
  const finds =
    tokenFrequency(text, isKeyEnd) ?? (frequencies.length > 0 ? Math.min(...frequencies) : tinyFrequency(text));
  const lines = value ? finds * VALUE_SHARE : finds;
  return looksCost(text, frequencies) + finds * FIND_COST + lines * LINE_COST - text.length;
}

/** How often a JSON string, or the end of one, is there; `undefined` for other texts. */
function tokenFrequency(text: string, isKeyEnd = false): number | undefined {
  if (!isKeyEnd) return /^"[^"]*"$/.test(text) ? (TOKENS.get(text) ?? UNCOMMON[4]) : undefined;
  if (!text.endsWith('"')) return undefined;
  let sum: number = UNCOMMON[4];
  for (const [token, frequency] of TOKENS) if (token.endsWith(text)) sum += frequency;
  return sum;
}

function tinyFrequency(text: string): number {
  return text.length < 3 ? PAIR_FREQUENCY : frequencyOf(text, 0, 3);
}

function looksCost(text: string, frequencies: readonly number[]): number {
  return text.length < STRETCH ? tinyFrequency(text) * SHAPE_COST : stretchOf(frequencies, () => 0).cost;
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

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
const UNCOMMON = { 3: 20, 4: 1 };

/** What it costs, in nanoseconds: to look twice at a word, one in four bytes of which is looked at. */
const LOOK_COST = 7;
/** To compare what was found. */
const FIND_COST = 70;
/** To go to its line, and often enough to decode that. */
const LINE_COST = 500;
/** How many occurrences of a key have the value that is asked for, by experience. */
const VALUE_SHARE = 0.1;
/** Any seven bytes hold one aligned word, wherever they are. */
export const STRETCH = 7;
/** Six hold one as well, but for one byte. */
export const GRAM_MIN = 6;
/** Needles that are shorter are found by three bytes, in groups that find others as well. */
const SHORT_COST = 40_000;
/** Of two bytes nobody knows how often they stand together: often. */
const PAIR_FREQUENCY = 5_000;
/** What it costs that one more needle has to be compared where the bytes of several are found. */
const CROWD_COST = 15;

/** What any needle costs, and a short one more: of texts that are never there the longest is taken. */
const NEEDLE_COST = 200;

function frequencyOf(text: string, at: number, length: 3 | 4): number {
  return FREQUENCY.get(text.slice(at, at + length)) ?? UNCOMMON[length];
}

/** How often a text of four bytes or more is there: each byte is taken to depend on the three before it. */
function textFrequency(text: string): number {
  let frequency = frequencyOf(text, 0, 4);
  for (let at = 1; at + 4 <= text.length; at++) {
    frequency *= Math.min(1, frequencyOf(text, at, 4) / frequencyOf(text, at, 3));
  }
  return frequency;
}

/** For each four bytes of a text: how often they stand together with the byte behind them. */
function wordFrequencies(text: string): number[] {
  return Array.from({ length: Math.max(0, text.length - 3) }, (_, at) => textFrequency(text.slice(at, at + 5)));
}

/**
 * Where the seven bytes of a text of seven or more begin that are best looked for: whose words are seen least, and which
 * few other needles have.
 *
 * @param crowdOf how many needles have the bytes from there on
 */
export function bestStretch(text: string, crowdOf: (at: number) => number): number {
  return stretchOf(text, crowdOf).at;
}

function stretchOf(text: string, crowdOf: (at: number) => number): { at: number; cost: number } {
  const frequencies = wordFrequencies(text);
  const best = { at: 0, cost: Number.POSITIVE_INFINITY };
  for (let at = 0; at + 4 <= frequencies.length; at++) {
    const found = textFrequency(text.slice(at, at + STRETCH));
    let cost = found * FIND_COST + (found + 1) * crowdOf(at) * CROWD_COST;
    for (let i = at; i < at + 4; i++) cost += (frequencies[i] as number) * LOOK_COST;
    if (cost < best.cost) [best.at, best.cost] = [at, cost];
  }
  return best;
}

/** Which three bytes of a text of two to six are rarest: where they begin. */
export function rarestThree(text: string): number {
  let best = 0;
  for (let at = 1; at + 3 <= text.length; at++) {
    if (frequencyOf(text, at, 3) < frequencyOf(text, best, 3)) best = at;
  }
  return best;
}

/** What looking for a needle costs: words looked at twice, finds, and lines parsed, in a million places. */
export function needleCost({ text, isKeyEnd, value }: Needle): number {
  const there = tokenFrequency(text, isKeyEnd) ?? (text.length < 4 ? tinyFrequency(text) : textFrequency(text));
  const lines = value ? there * VALUE_SHARE : there;
  return looksCost(text) + there * FIND_COST + lines * LINE_COST + NEEDLE_COST / text.length;
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

function looksCost(text: string): number {
  if (text.length >= STRETCH) return stretchOf(text, () => 0).cost;
  if (text.length === GRAM_MIN) {
    const words = [text.slice(0, 4), text.slice(0, 5), text.slice(1), text.slice(2)].map(textFrequency);
    return words.reduce((sum, one) => sum + one, 0) * LOOK_COST + textFrequency(text) * FIND_COST;
  }
  return tinyFrequency(text.slice(rarestThree(text))) * FIND_COST + SHORT_COST;
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

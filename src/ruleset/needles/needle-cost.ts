import { COMMON_GRAMS, COMMON_TOKENS } from './common-grams.ts';
import type { Needle } from './needle.ts';

/** How often four bytes stand together in agents' output, and how often three do, in a million places; by {@link keyOf}. */
const FOURS = new Map<number, number>();
const THREES = new Map<number, number>();
for (const [perMillion, grams] of Object.entries(COMMON_GRAMS)) {
  for (let i = 0; i < grams.length; i += 4) {
    FOURS.set(keyOf(grams, i, 4), Number(perMillion));
    const three = keyOf(grams, i, 3);
    THREES.set(three, (THREES.get(three) ?? 0) + Number(perMillion));
  }
}
/** How often JSON strings stand in agents' output, quotes included, in a million places. */
const TOKENS = new Map<string, number>();
for (const [perMillion, tokens] of Object.entries(COMMON_TOKENS)) {
  for (const token of tokens.match(/"[^"]*"/g) ?? []) TOKENS.set(token, Number(perMillion));
}
/** For bytes that the sample logs don't show together often enough to be counted. */
const [UNCOMMON_THREE, UNCOMMON_FOUR] = [20, 1];

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

/** The bytes as a number. */
function keyOf(text: string, at: number, length: 3 | 4): number {
  let key = 0;
  for (let i = at; i < at + length; i++) key = (key << 8) | text.charCodeAt(i);
  return key;
}

function threeFrequency(text: string, at: number): number {
  return THREES.get(keyOf(text, at, 3)) ?? UNCOMMON_THREE;
}

/** How often the bytes of a text stand together, each taken to depend on the three before it. */
interface Frequencies {
  readonly places: number;
  /** How often so many bytes, at least four, stand together that begin there. */
  of(at: number, length: number): number;
}

function frequenciesOf(text: string): Frequencies {
  const places = Math.max(0, text.length - 3);
  const fours = new Float64Array(places);
  /** How often the first three of the four bytes are followed by the fourth. */
  const steps = new Float64Array(places);
  for (let at = 0; at < places; at++) {
    const four = FOURS.get(keyOf(text, at, 4)) ?? UNCOMMON_FOUR;
    fours[at] = four;
    steps[at] = Math.min(1, four / threeFrequency(text, at));
  }
  return {
    places,
    of(at, length) {
      let frequency = fours[at] as number;
      for (let i = at + 1; i < places && i + 4 <= at + length; i++) frequency *= steps[i] as number;
      return frequency;
    },
  };
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

function stretchOf(frequencies: Frequencies, crowdOf: (at: number) => number): { at: number; cost: number } {
  const best = { at: 0, cost: Number.POSITIVE_INFINITY };
  for (let at = 0; at + 4 <= frequencies.places; at++) {
    const found = frequencies.of(at, STRETCH);
    let cost = found * FIND_COST + (found + 1) * crowdOf(at) * CROWD_COST;
    // Each word is looked at with the byte behind it.
    for (let i = at; i < at + 4; i++) cost += frequencies.of(i, 5) * LOOK_COST;
    if (cost < best.cost) [best.at, best.cost] = [at, cost];
  }
  return best;
}

/** Which three bytes of a text of two to six are rarest: where they begin. */
export function rarestThree(text: string): number {
  let best = 0;
  for (let at = 1; at + 3 <= text.length; at++) {
    if (threeFrequency(text, at) < threeFrequency(text, best)) best = at;
  }
  return best;
}

/** What looking for a needle costs: words looked at twice, finds, and lines parsed, in a million places. */
export function needleCost({ text, isKeyEnd, value }: Needle): number {
  const frequencies = frequenciesOf(text);
  const there =
    tokenFrequency(text, isKeyEnd) ?? (text.length < 4 ? tinyFrequency(text) : frequencies.of(0, text.length));
  const lines = value ? there * VALUE_SHARE : there;
  return looksCost(text, frequencies) + there * FIND_COST + lines * LINE_COST + NEEDLE_COST / text.length;
}

/** How often a JSON string, or the end of one, is there; `undefined` for other texts. */
function tokenFrequency(text: string, isKeyEnd = false): number | undefined {
  if (!isKeyEnd) return /^"[^"]*"$/.test(text) ? (TOKENS.get(text) ?? UNCOMMON_FOUR) : undefined;
  if (!text.endsWith('"')) return undefined;
  let sum: number = UNCOMMON_FOUR;
  for (const [token, frequency] of TOKENS) if (token.endsWith(text)) sum += frequency;
  return sum;
}

function tinyFrequency(text: string): number {
  return text.length < 3 ? PAIR_FREQUENCY : threeFrequency(text, 0);
}

function looksCost(text: string, frequencies: Frequencies): number {
  if (text.length >= STRETCH) return stretchOf(frequencies, () => 0).cost;
  if (text.length < GRAM_MIN) return tinyFrequency(text.slice(rarestThree(text))) * FIND_COST + SHORT_COST;
  const words = [frequencies.of(0, 4), frequencies.of(0, 5), frequencies.of(1, 5), frequencies.of(2, 4)];
  return words.reduce((sum, one) => sum + one, 0) * LOOK_COST + frequencies.of(0, GRAM_MIN) * FIND_COST;
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

import type { Needle } from './needle.ts';

/** Any seven bytes hold one aligned word, wherever they are. */
export const STRETCH = 7;
/** Six hold one as well, but for one byte. */
export const GRAM_MIN = 6;

/** JSON strings that stand in nearly every event of some runtime: looking for one finds every line. */
const COMMON = new Set(
  ['type', 'message', 'status', 'text', 'content', 'name', 'id', 'role', 'data', 'code'].map((word) => `"${word}"`),
);
const COMMON_FACTOR = 32;
/** Words of failures that code and prose are full of. */
const COMMON_WORDS = new Set(['error', 'config']);
const WORD_FACTOR = 2;
/** A key is often there with another value than the one that is asked for. */
const VALUE_FACTOR = 0.1;
/** Longer texts are as rare as need be. */
const LONG = 16;

/**
 * How often a needle is found, roughly: shorter texts more often, by half a power of two a byte. Which of several needles
 * for one condition is looked for decides on speed alone, never on what is found.
 */
export function needleCost({ text, isKeyEnd, value }: Needle): number {
  const found = 2 ** (-Math.min(text.length, LONG) / 2);
  const isCommon = COMMON.has(text) || isKeyEnd === true;
  const factor = isCommon ? COMMON_FACTOR : COMMON_WORDS.has(text) ? WORD_FACTOR : 1;
  return found * factor * (value ? VALUE_FACTOR : 1);
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

import type { Needle } from '../needles/needle.ts';
import { cheapest, needleCost } from '../needles/needle-cost.ts';
import type { Choose } from '../needles/text-needles.ts';
import { createChunkScanner, HIDDEN_TEXT } from '../scan/chunk-scanner.ts';
import { TEXT_HIDDEN_TEXT } from '../scan/hidden-text.ts';
import { calledBy } from './called-by.ts';

/** Below this many patterns it is quicker to try them all than to look for their texts first. */
const WORTHWHILE = 8;

/** Something that can only be true of texts that contain one of its needles; of any text, where it has none. */
export interface TextBound {
  textNeedles(choose?: Choose): readonly Needle[] | undefined;
  /** The same, where it is known beforehand. */
  knownNeedles(): readonly Needle[] | undefined;
}

/** Leaves out what cannot be true of a text, and keeps the order. */
export type TextIndex<T> = (text: () => Buffer) => readonly T[];

/**
 * Makes an index of things by what a text must contain for them: ten thousand patterns cost one pass over the text.
 * It is made when it is first asked: most kinds of events never come.
 *
 * @param after of how many texts all is tried but what is known beforehand to need another text: a short log ends before
 *   an index would have paid, and compiling patterns is dear too
 */
export function indexByText<T>(items: readonly T[], boundOf: (item: T) => TextBound, after = 0): TextIndex<T> {
  if (items.length < WORTHWHILE) return () => items;
  let index: TextIndex<T> | undefined;
  let asked = 0;
  let unindexed: TextIndex<T> | undefined;
  return (text) => {
    if (!index && ++asked <= after) {
      unindexed ??= lookOneByOne(items, boundOf);
      return unindexed(text);
    }
    index ??= createIndex(items, boundOf);
    return index(text);
  };
}

/** Looks for what is known of each item in turn. */
function lookOneByOne<T>(items: readonly T[], boundOf: (item: T) => TextBound): TextIndex<T> {
  const needles = items.map((item) => boundOf(item).knownNeedles());
  return (textOf) => {
    const isCalled = calledBy(textOf());
    return items.filter((_, i) => isCalled(needles[i]));
  };
}

function createIndex<T>(items: readonly T[], boundOf: (item: T) => TextBound): TextIndex<T> {
  const owners = new Map<string, number[]>();
  const always: number[] = [];
  for (const [i, needles] of needlesOf(items.map(boundOf)).entries()) {
    if (!needles) always.push(i);
    for (const { text } of needles ?? []) {
      const known = owners.get(text);
      if (known) known.push(i);
      else owners.set(text, [i]);
    }
  }
  if (items.length - always.length < WORTHWHILE) return () => items;
  const ownersOf = [...owners.values()];
  const texts = [...owners.keys()].map((text) => ({ text }));
  const scanner = createChunkScanner(texts, TEXT_HIDDEN_TEXT);
  const whatAlways = always.map((i) => items[i] as T);
  /** In which scan an item was last found, so that nothing has to be cleared. */
  const foundIn = new Uint32Array(items.length);
  let scan = 0;
  let found: number[] = [];
  let length = 0;
  let isHidden = false;
  const take = (needle: number): number => {
    if (needle === HIDDEN_TEXT) {
      isHidden = true;
      return length;
    }
    for (const i of ownersOf[needle] as number[]) {
      if (foundIn[i] === scan) continue;
      foundIn[i] = scan;
      found.push(i);
    }
    return 0;
  };
  return (textOf) => {
    const text = textOf();
    scan += 1;
    found = [];
    length = text.length;
    isHidden = false;
    scanner.scan(text, take);
    if (isHidden) return items;
    if (found.length === 0) return whatAlways;
    return [...always, ...found].sort((one, other) => one - other).map((i) => items[i] as T);
  };
}

/** So many patterns may be tried on every text that has what all of them need. */
const FEW = 8;

/** A text that only one pattern needs, but that costs so many times as much to look for, is in too many lines. */
const TOO_COMMON = 10;

/**
 * What to look for on behalf of each. Ten thousand rules share many a phrase, and all that share it would be tried on a
 * text with it: those are looked for by what else each of them needs, where that is its own.
 */
function needlesOf(bounds: readonly TextBound[]): (readonly Needle[] | undefined)[] {
  const chosen = bounds.map((bound) => bound.textNeedles());
  const sharedBy = new Map<string, number>();
  for (const { text } of chosen.flatMap((needles) => needles ?? [])) sharedBy.set(text, (sharedBy.get(text) ?? 0) + 1);
  const mostShared = (needles: readonly Needle[]) => Math.max(...needles.map(({ text }) => sharedBy.get(text) ?? 0));
  const leastShared: Choose = (sets) => {
    const best = cheapest(sets);
    const most = best && costOf(best) * TOO_COMMON;
    return sets
      .filter((set) => set !== undefined && most !== undefined && costOf(set) <= most)
      .reduce((one, other) => (one && other && mostShared(other) < mostShared(one) ? other : one), best);
  };
  return chosen.map((needles, i) =>
    needles && mostShared(needles) > FEW ? bounds[i]?.textNeedles(leastShared) : needles,
  );
}

function costOf(needles: readonly Needle[]): number {
  return needles.reduce((sum, needle) => sum + needleCost(needle), 0);
}

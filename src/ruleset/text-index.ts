import { createChunkScanner, DISGUISED } from './chunk-scanner.ts';
import { TEXT_DISGUISE } from './disguise.ts';
import type { Needle } from './needle.ts';

/** Below this many patterns it is quicker to try them all than to look for their texts first. */
const WORTHWHILE = 8;

/** Something that can only be true of texts that contain one of its needles; of any text, where it has none. */
export interface TextBound {
  textNeedles(): readonly Needle[] | undefined;
}

/** Leaves out what cannot be true of a text, and keeps the order. */
export type TextIndex<T> = (text: () => Buffer) => readonly T[];

/**
 * Makes an index of things by what a text must contain for them: ten thousand patterns cost one pass over the text.
 * It is made when it is first asked: most kinds of events never come.
 */
export function indexByText<T>(items: readonly T[], boundOf: (item: T) => TextBound): TextIndex<T> {
  if (items.length < WORTHWHILE) return () => items;
  let index: TextIndex<T> | undefined;
  return (text) => {
    index ??= createIndex(items, boundOf);
    return index(text);
  };
}

function createIndex<T>(items: readonly T[], boundOf: (item: T) => TextBound): TextIndex<T> {
  const owners = new Map<string, number[]>();
  const always: number[] = [];
  for (const [i, item] of items.entries()) {
    const needles = boundOf(item).textNeedles();
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
  const scanner = createChunkScanner(texts, TEXT_DISGUISE);
  const whatAlways = always.map((i) => items[i] as T);
  /** In which scan an item was last found, so that nothing has to be cleared. */
  const foundIn = new Uint32Array(items.length);
  let scan = 0;
  let found: number[] = [];
  let length = 0;
  let isDisguised = false;
  const take = (needle: number): number => {
    if (needle === DISGUISED) {
      isDisguised = true;
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
    isDisguised = false;
    scanner.scan(text, take);
    if (isDisguised) return items;
    if (found.length === 0) return whatAlways;
    return [...always, ...found].sort((one, other) => one - other).map((i) => items[i] as T);
  };
}

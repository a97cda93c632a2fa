import type { CompiledPattern } from '../../patterns/pattern.ts';
import { indexByText } from '../match/text-index.ts';
import type { Wording } from './compiled-cause.ts';

/** A thing, and a pattern by which it may be known in a text. */
export interface Part<T> {
  readonly item: T;
  readonly pattern: CompiledPattern;
}

/**
 * Makes an index of things by what a text must contain for one of their patterns, which are tried one by one. The things
 * keep their order.
 *
 * @param after of how many texts each thing is tried by all its patterns as one: compiling those takes less than the index
 */
export function indexParts<T>(
  items: readonly T[],
  wordingOf: (item: T) => Wording,
  after: number,
): (text: Buffer) => readonly Part<T>[] {
  const whole = items.map((item) => ({ item, pattern: wordingOf(item).pattern }));
  const parts = items.flatMap((item) => {
    const wording = wordingOf(item);
    return (wording.parts.length > 0 ? wording.parts : [wording]).map((part) => ({
      item,
      part,
      pattern: part.pattern,
    }));
  });
  const partsIn = indexByText(parts, ({ part }) => part);
  let asked = 0;
  return (text) => {
    if (asked >= after) return partsIn(() => text);
    asked += 1;
    return whole;
  };
}

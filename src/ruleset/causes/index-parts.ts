import { indexByText } from '../match/text-index.ts';
import type { Wording } from './compiled-cause.ts';

/** A thing, and one of the wordings by which it may be known in a text. */
export interface Part<T> {
  readonly item: T;
  readonly wording: Wording;
}

/**
 * Makes an index of things by what a text must contain for one of their wordings, which are tried one by one. The things
 * keep their order.
 *
 * @param after as in `indexByText`
 */
export function indexParts<T>(
  items: readonly T[],
  wordingsOf: (item: T) => readonly Wording[],
  after: number,
): (text: Buffer) => readonly Part<T>[] {
  const parts = items.flatMap((item) => wordingsOf(item).map((wording) => ({ item, wording })));
  const partsIn = indexByText(parts, ({ wording }) => wording, after);
  return (text) => partsIn(() => text);
}

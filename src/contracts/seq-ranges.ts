/** Stream sequences from one to another, both included. */
export type SeqRange = [from: number, to: number];

/**
 * The sequences that are in either, in as few ranges as they make, in order. Pure.
 *
 * @param most ranges that are kept: past that the lowest ones become one, with all between them
 */
export function joinRanges(ranges: readonly Readonly<SeqRange>[], most = Number.POSITIVE_INFINITY): SeqRange[] {
  const joined: SeqRange[] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  const [first] = joined;
  if (!first || joined.length <= most) return joined;
  const low = joined[joined.length - most] as SeqRange;
  return [[first[0], low[1]], ...joined.slice(joined.length - most + 1)];
}

/** How many sequences of some ranges are in none of the known ones. Pure. */
export function countNew(known: readonly Readonly<SeqRange>[], ranges: readonly Readonly<SeqRange>[]): number {
  return sizeOf(joinRanges([...known, ...ranges])) - sizeOf(joinRanges(known));
}

/** How many sequences the ranges have, those in several of them several times. */
export function sizeOf(ranges: readonly Readonly<SeqRange>[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

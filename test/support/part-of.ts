/** Whether proofs over large collections take all of them, as `npm run release` has it. */
const TAKES_ALL = process.env.KNELL_FULL === '1';

/** Whether the thing at an index is in the part of a large collection that a proof takes: each n-th; all with `KNELL_FULL=1`. */
export function isInPart(index: number, nth: number): boolean {
  return TAKES_ALL || index % nth === 0;
}

/**
 * The part of a large collection that a proof takes, always the same: of each kind the first and then each n-th; all of
 * it with `KNELL_FULL=1`.
 *
 * @param kindOf what is not to be missed: a pack, a runtime, a sort of event; left out: all are of one kind
 */
export function partOf<T>(all: readonly T[], nth: number, kindOf: (one: T) => string = () => ''): readonly T[] {
  const seen = new Map<string, number>();
  return all.filter((one) => {
    const kind = kindOf(one);
    const index = seen.get(kind) ?? 0;
    seen.set(kind, index + 1);
    return isInPart(index, nth);
  });
}

/** That part of a number: of the values on which a property is tried, or of what has to come of them. */
export function partOfCount(all: number, nth: number): number {
  return TAKES_ALL ? all : Math.ceil(all / nth);
}

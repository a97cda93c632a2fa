import type { Notice } from '../../contracts/notice.ts';

/** The notices with a new one before them, the oldest of its kind left out where there are more than so many. Pure. */
export function withNotice(known: readonly Notice[], notice: Notice, mostOfAKind: number): Notice[] {
  return latestOfEachKind([notice, ...known], mostOfAKind);
}

/**
 * The latest so many notices of each kind, in their order: an hour in which a thousand runs are silent must not hide the
 * incident before it. Pure.
 *
 * @param notices newest first
 */
export function latestOfEachKind(notices: readonly Notice[], mostOfAKind: number): Notice[] {
  const seen = new Map<string, number>();
  return notices.filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= mostOfAKind;
  });
}

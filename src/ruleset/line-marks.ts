import { createPrefilter } from './prefilter.ts';

/** A bit for each group of patterns that may match in a row of a chunk; rows in which none may are left out. */
export type LineMarks = ReadonlyMap<number, number>;

/**
 * Makes what finds, in passes over a chunk's raw bytes, which groups of patterns may match in which of its lines. Where
 * something hides a text all of them may. A pass takes less than a millisecond for a megabyte; groups in one pass would find
 * too much that is none.
 *
 * @param groups patterns of RE2; the first has the lowest bit
 */
export function createLineMarker(groups: readonly (readonly string[])[]): (chunk: Buffer) => LineMarks {
  const finders = groups.map((lines) => createPrefilter({ rules: [], signals: [], errorLiterals: [], lines }));
  return (chunk) => {
    const marks = new Map<number, number>();
    for (const [group, find] of finders.entries()) {
      for (const { row } of find(chunk)) marks.set(row, (marks.get(row) ?? 0) | (1 << group));
    }
    return marks;
  };
}

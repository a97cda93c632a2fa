import type { RunRow } from '../contracts/api/run-row.ts';

/** By when a run began, else by when anything of it was known; then by name, so that the order is whole. Pure. */
export function newestFirst(a: RunRow, b: RunRow): number {
  return (b.started_ms ?? b.seen_ms) - (a.started_ms ?? a.seen_ms) || (a.run < b.run ? 1 : -1);
}

/** Two lists that are in order as one that is, in one pass: the first may have thousands, and changes often. Pure. */
export function mergeRuns(a: readonly RunRow[], b: readonly RunRow[]): RunRow[] {
  const merged: RunRow[] = [];
  let next = 0;
  for (const row of a) {
    for (; next < b.length && newestFirst(b[next] as RunRow, row) < 0; next += 1) merged.push(b[next] as RunRow);
    merged.push(row);
  }
  return merged.concat(b.slice(next));
}

import { runMatches } from '../../contracts/api/run-matches.ts';
import type { RunFilter, RunPage, RunRow } from '../../contracts/api/run-row.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { RunStore } from '../../pipeline/ports/ports.ts';
import { rowOf } from './run-row.ts';

/** As many runs are listed, the latest: some 500 bytes each. */
const MAX_ROWS = 50_000;

/** All runs that are remembered, as rows, newest first. */
export interface RunIndex {
  get(run: string): RunRow | undefined;
  all(): readonly RunRow[];
  page(filter: RunFilter, after: string | undefined, limit: number): RunPage;
  /** Tells of each row that changed since the index was ready; returns how to stop. */
  watch(listener: (row: RunRow) => void): () => void;
  stop(): void;
}

/** Reads all states, and follows them; settles when all that are stored have been read. */
export async function startRunIndex(store: Pick<RunStore, 'watch'>): Promise<RunIndex> {
  const rows = new Map<string, RunRow>();
  const listeners = new Set<(row: RunRow) => void>();
  let ordered: RunRow[] | undefined;
  let isReady = false;

  function take(state: RunState): void {
    const row = rowOf(state);
    rows.set(row.run, row);
    ordered = undefined;
    if (!isReady) return;
    if (rows.size > MAX_ROWS * 1.1) forgetOldest();
    for (const listener of listeners) listener(row);
  }

  function all(): readonly RunRow[] {
    ordered ??= [...rows.values()].sort(newestFirst);
    return ordered;
  }

  function forgetOldest(): void {
    for (const { run } of all().slice(MAX_ROWS)) rows.delete(run);
    ordered = undefined;
  }

  const watch = await store.watch(take);
  await watch.ready;
  isReady = true;
  forgetOldest();
  return {
    get: (run) => rows.get(run),
    all,
    page(filter, after, limit) {
      const fitting = all().filter((row) => runMatches(row, filter));
      const from = after === undefined ? 0 : firstAfter(fitting, after);
      const found = fitting.slice(from, from + limit);
      const last = found.at(-1);
      const next = last && from + limit < fitting.length ? cursorOf(last) : null;
      return { schema: 'knell.run-page/v1', total: fitting.length, rows: found, next };
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => watch.stop(),
  };
}

/** By when a run began, else by when anything of it was known; then by name, so that the order is whole. */
function newestFirst(a: RunRow, b: RunRow): number {
  return orderMs(b) - orderMs(a) || (a.run < b.run ? 1 : -1);
}

function orderMs({ started_ms, seen_ms }: RunRow): number {
  return started_ms ?? seen_ms;
}

/** Where a page ended: a moment and a name, so that runs that came since change nothing of what follows. */
function cursorOf(row: RunRow): string {
  return `${orderMs(row)}_${row.run}`;
}

function firstAfter(rows: readonly RunRow[], cursor: string): number {
  const [ms, ...name] = cursor.split('_');
  const at = { run: name.join('_'), started_ms: Number(ms) } as RunRow;
  const index = rows.findIndex((row) => newestFirst(row, at) > 0 && row.run !== at.run);
  return index === -1 ? rows.length : index;
}

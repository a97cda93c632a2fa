import { runMatches } from '../contracts/api/run-matches.ts';
import type { RunFilter, RunPage, RunRow } from '../contracts/api/run-row.ts';
import { pathOf } from './address.ts';
import { read } from './api.ts';
import { onLiveEvent } from './live.ts';
import { type Observable, observable } from './observable.ts';
import { mergeRuns, newestFirst } from './run-order.ts';

/** The runs that fit a filter, newest first, as they are now. */
export interface RunList {
  readonly rows: Observable<readonly RunRow[]>;
  /** How many fit at the service; more than rows while they are being read. */
  readonly total: Observable<number>;
  stop(): void;
}

const PAGE = 2_000;
/** As many rows are held; beyond them a narrower filter is the better way. */
const MAX_ROWS = 20_000;

/** Reads all runs that fit, page by page, and follows them live. @throws (from `loaded`) {ApiFailure} */
export function openRunList(filter: RunFilter): RunList & { readonly loaded: Promise<void> } {
  const known = new Map<string, RunRow>();
  const rows = observable<readonly RunRow[]>([]);
  const total = observable(0);
  const stop = new AbortController();

  /** Shows rows that came or changed, without those that no longer fit; what stays is in order already. */
  function show(changed: ReadonlyMap<string, RunRow | undefined>): void {
    const staying = rows.get().filter(({ run }) => !changed.has(run));
    const coming = [...changed.values()].filter((row) => row !== undefined).sort(newestFirst);
    const all = mergeRuns(staying, coming);
    for (const { run } of all.splice(MAX_ROWS)) known.delete(run);
    rows.set(all);
  }

  async function load(): Promise<void> {
    for (let after: string | null = ''; after !== null && known.size < MAX_ROWS; ) {
      const query = { ...filter, limit: String(after === '' ? 200 : PAGE), after } as Record<string, string>;
      const page: RunPage = await read<RunPage>(pathOf('/runs', query), stop.signal);
      // What came live meanwhile is newer.
      const news = page.rows.filter(({ run }) => !known.has(run));
      for (const row of news) known.set(row.run, row);
      total.set(page.total);
      after = page.next;
      show(new Map(news.map((row) => [row.run, row])));
    }
  }

  /** Whether a row would stand behind all that may be held. */
  function isTooOld(row: RunRow): boolean {
    const last = rows.get()[MAX_ROWS - 1];
    return last !== undefined && newestFirst(row, last) > 0;
  }

  const stopLive = onLiveEvent((event) => {
    if (event.type !== 'runs') return;
    const changed = new Map<string, RunRow | undefined>();
    for (const row of event.rows) {
      const wasThere = known.has(row.run);
      const fits = runMatches(row, filter);
      if (!wasThere && (!fits || isTooOld(row))) continue;
      changed.set(row.run, fits ? row : undefined);
      if (fits) known.set(row.run, row);
      else known.delete(row.run);
      if (fits !== wasThere) total.set(total.get() + (fits ? 1 : -1));
    }
    if (changed.size > 0) show(changed);
  });
  return {
    rows,
    total,
    loaded: load(),
    stop() {
      stop.abort();
      stopLive();
    },
  };
}

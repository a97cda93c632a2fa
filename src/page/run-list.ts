import { runMatches } from '../contracts/api/run-matches.ts';
import type { RunFilter, RunPage, RunRow } from '../contracts/api/run-row.ts';
import { pathOf } from './address.ts';
import { read } from './api.ts';
import { onLiveEvent } from './live.ts';
import { type Observable, observable } from './observable.ts';

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

  function show(): void {
    rows.set([...known.values()].sort(newestFirst).slice(0, MAX_ROWS));
  }

  async function load(): Promise<void> {
    for (let after: string | null = ''; after !== null && known.size < MAX_ROWS; ) {
      const query = { ...filter, limit: String(after === '' ? 200 : PAGE), after } as Record<string, string>;
      const page: RunPage = await read<RunPage>(pathOf('/runs', query), stop.signal);
      // What came live meanwhile is newer.
      for (const row of page.rows) if (!known.has(row.run)) known.set(row.run, row);
      total.set(page.total);
      after = page.next;
      show();
    }
  }

  const stopLive = onLiveEvent((event) => {
    if (event.type !== 'runs') return;
    let changed = false;
    for (const row of event.rows) {
      const wasThere = known.has(row.run);
      const fits = runMatches(row, filter);
      if (!fits && !wasThere) continue;
      changed = true;
      if (fits) known.set(row.run, row);
      else known.delete(row.run);
      if (fits !== wasThere) total.set(total.get() + (fits ? 1 : -1));
    }
    if (changed) show();
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

function newestFirst(a: RunRow, b: RunRow): number {
  return (b.started_ms ?? b.seen_ms) - (a.started_ms ?? a.seen_ms) || (a.run < b.run ? 1 : -1);
}

import { memo } from 'preact/compat';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunRow } from '../../contracts/api/run-row.ts';
import { go, pathOf } from '../address.ts';
import type { ApiFailure } from '../api.ts';
import { countOf } from '../count.ts';
import { connected } from '../live.ts';
import { momentOf } from '../moments.ts';
import { observable, useValue } from '../observable.ts';
import { doneAbout, PHASES, PhaseMark } from '../parts/marks.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { Said } from '../parts/text.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { When } from '../parts/when.tsx';
import { filterOf, RUN_FILTERS } from '../run-filter.ts';
import { openRunList, type RunList } from '../run-list.ts';
import { useWidth } from '../width.ts';

const SINCE = [
  ['', 'any time'],
  ['15m', 'last 15 min'],
  ['1h', 'last hour'],
  ['24h', 'last day'],
] as const;

const NONE = observable<readonly RunRow[]>([]);
const ZERO = observable(0);

/** All runs, as they are now; the address holds the filter, so that it can be passed on. */
export function RunsView({ query }: { query: Readonly<Record<string, string>> }) {
  const [list, setList] = useState<RunList>();
  const [isLoading, setLoading] = useState(true);
  const [failure, setFailure] = useState<ApiFailure>();
  const line = useValue(connected);
  const key = pathOf('', query);
  // The key says what the query is, and a new line asks anew.
  useEffect(() => {
    const opened = openRunList(filterOf(query));
    let isOver = false;
    setLoading(true);
    setFailure(undefined);
    setList(opened);
    opened.loaded
      .catch((error: ApiFailure) => {
        if (!isOver) setFailure(error);
      })
      .finally(() => {
        if (!isOver) setLoading(false);
      });
    return () => {
      isOver = true;
      opened.stop();
    };
  }, [key, line]);
  const rows = useValue(list?.rows ?? NONE);
  const total = useValue(list?.total ?? ZERO);
  const narrow = useWidth() < 760;

  return (
    <div class="runs">
      <div class="runs-head">
        <h1>Runs</h1>
        <span class="dim figure" role="status">
          {isLoading && rows.length < total ? `${countOf(rows.length)} of ${countOf(total)} …` : countOf(total)}
        </span>
        <Filters query={query} />
      </div>
      {failure && <Failure failure={failure} />}
      {rows.length === 0 && !isLoading && !failure ? (
        <Empty title={Object.keys(query).length > 0 ? 'No run fits this filter.' : 'No run is remembered yet.'}>
          {Object.keys(query).length > 0 ? (
            <a href="/runs">Show all runs</a>
          ) : (
            <>
              Start an agent under <code>knell tap</code>, or publish its output to <code>knell.logs.&gt;</code>.
            </>
          )}
        </Empty>
      ) : (
        <VirtualList
          class={narrow ? 'run-rows narrow' : 'run-rows'}
          count={rows.length}
          rowHeight={narrow ? 62 : 38}
          label="Runs"
          keyOf={(index) => rows[index]?.run ?? String(index)}
          onOpen={(index) => rows[index] && go(`/runs/${rows[index].run}`)}
          header={narrow ? undefined : <Head />}
          row={(index) => (rows[index] ? <Row row={rows[index]} narrow={narrow} /> : null)}
        />
      )}
    </div>
  );
}

function Head() {
  return (
    <div class="run-row run-head" role="row">
      {['State', 'Run', 'Runtime', 'Subscription', 'Category', 'Outcome', 'Started'].map((title) => (
        <span key={title} role="columnheader">
          {title}
        </span>
      ))}
    </div>
  );
}

/** Drawn anew only where the run has changed: a list that scrolls asks for all that is seen at each frame. */
const Row = memo(function Row({ row, narrow }: { row: RunRow; narrow: boolean }) {
  const began = row.started_ms ?? row.seen_ms;
  return (
    <div class="run-row">
      <span role="gridcell" class="cell-state">
        <PhaseMark phase={row.phase} />
      </span>
      <span role="gridcell" class="cell-run">
        <a class="stretched" href={`/runs/${row.run}`} tabIndex={-1}>
          {row.run}
        </a>
      </span>
      {!narrow && (
        <>
          <span role="gridcell" class="dim">
            <Said>{row.runtime}</Said>
          </span>
          <span role="gridcell" class="dim">
            <Said>{row.subscription}</Said>
          </span>
        </>
      )}
      <span role="gridcell" class="cell-category" title={row.rule}>
        {row.category}
      </span>
      {!narrow && (
        <span role="gridcell" class="dim">
          {doneAbout(row.disposition)}
        </span>
      )}
      <span role="gridcell" class="cell-when dim" title={momentOf(began)}>
        <When at={began} />
      </span>
    </div>
  );
});

function Filters({ query }: { query: Readonly<Record<string, string>> }) {
  const [q, setQ] = useState(query.q ?? '');
  useEffect(() => setQ(query.q ?? ''), [query.q]);
  const set = (name: string, value: string): void =>
    go(pathOf('/runs', { ...query, [name]: value }), { replace: true });
  // Not at each letter: each filter asks the service.
  useEffect(() => {
    if (q === (query.q ?? '')) return undefined;
    const timer = setTimeout(() => set('q', q), 250);
    return () => clearTimeout(timer);
  });
  const others = useMemo(() => RUN_FILTERS.filter((name) => query[name] !== undefined), [query]);
  return (
    <div class="filters" role="search">
      <input
        type="search"
        placeholder="agent, execution, category, rule …  ( / )"
        aria-label="Search runs"
        value={q}
        onInput={(event) => setQ(event.currentTarget.value)}
      />
      <select
        aria-label="State"
        value={query.state ?? ''}
        onChange={(event) => set('state', event.currentTarget.value)}
      >
        <option value="">any state</option>
        {Object.keys(PHASES).map((phase) => (
          <option key={phase} value={phase}>
            {phase}
          </option>
        ))}
      </select>
      <select
        aria-label="Started"
        value={query.since ?? ''}
        onChange={(event) => set('since', event.currentTarget.value)}
      >
        {SINCE.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      {others.map((name) => (
        <button key={name} type="button" class="chip" onClick={() => set(name, '')} title="Take this filter away">
          {name}: <Said>{query[name]}</Said> ✕
        </button>
      ))}
    </div>
  );
}

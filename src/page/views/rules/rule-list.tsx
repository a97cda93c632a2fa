import { useMemo } from 'preact/hooks';
import type { RuleEntry } from '../../../contracts/api/rules.ts';
import { go, pathOf } from '../../address.ts';
import { countOf } from '../../count.ts';
import type { Acting } from '../../parts/act-dialog.tsx';
import { Panel } from '../../parts/panel.tsx';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { useWidth } from '../../width.ts';
import { costOf } from './cost-of.ts';
import { RuleDetailPanel } from './rule-detail.tsx';

/** The causes and rules in force, with what each did; one of them may be open. */
export function RuleList({
  entries,
  query,
  act,
}: {
  entries: readonly RuleEntry[];
  query: Readonly<Record<string, string>>;
  act: (acting: Acting) => void;
}) {
  const q = (query.q ?? '').toLowerCase();
  const fitting = useMemo(
    () => entries.filter(({ key, title, category = '' }) => `${key} ${title} ${category}`.toLowerCase().includes(q)),
    [entries, q],
  );
  const width = useWidth();
  const isBeside = query.rule !== undefined && width >= 1_200;
  const narrow = width < 760 || isBeside;
  const open = (key: string): void => go(pathOf('/rules', { ...query, rule: key }), { replace: true });
  return (
    <Panel
      title={`Causes and rules in force (${fitting.length})`}
      aside={
        <input
          type="search"
          aria-label="Search rules"
          placeholder="Search  ( / )"
          value={query.q ?? ''}
          onInput={(event) => go(pathOf('/rules', { ...query, q: event.currentTarget.value }), { replace: true })}
        />
      }
    >
      <div class={isBeside ? 'rule-list beside' : 'rule-list'}>
        {query.rule && (
          <RuleDetailPanel
            name={query.rule}
            onClose={() => go(pathOf('/rules', { q: query.q }), { replace: true })}
            act={act}
          />
        )}
        <VirtualList
          class={narrow ? 'rule-rows narrow' : 'rule-rows'}
          count={fitting.length}
          rowHeight={narrow ? 62 : 38}
          label="Rules"
          keyOf={(index) => fitting[index]?.key ?? String(index)}
          onOpen={(index) => fitting[index] && open(fitting[index].key)}
          header={
            narrow ? undefined : (
              <div class="rule-row run-head" role="row">
                {['Rule', 'What it means', 'Action', 'Hits', 'Ended', 'Right / wrong', 'Cost'].map((title) => (
                  <span key={title} role="columnheader">
                    {title}
                  </span>
                ))}
              </div>
            )
          }
          row={(index) => (
            <RuleRow entry={fitting[index] as RuleEntry} open={open} isOpen={fitting[index]?.key === query.rule} />
          )}
        />
      </div>
      {!narrow && (
        <p class="dim rule-legend">
          Right / wrong: of the runs that it would have ended in shadow, those that failed anyway and those that
          succeeded. Cost: processor time that it takes on a line that it could be about; of a cause, what its own words
          take of a failure. It is measured now and then on the worker that serves this page; “–”: not yet.
        </p>
      )}
    </Panel>
  );
}

function RuleRow({ entry, open, isOpen }: { entry: RuleEntry; open: (key: string) => void; isOpen: boolean }) {
  return (
    <div class={isOpen ? 'rule-row is-open' : 'rule-row'}>
      <span role="gridcell" class="cell-run">
        <button type="button" class="stretched" tabIndex={-1} onClick={() => open(entry.key)}>
          {entry.key}
        </button>
        {entry.shadowed && <span class="chip tone-warn">{entry.over_cost ? 'quarantine' : 'shadow'}</span>}
      </span>
      <span role="gridcell" class="dim">
        {entry.title}
      </span>
      <span role="gridcell" class="dim">
        {entry.action}
        {entry.status === 'experimental' && ' (tried)'}
      </span>
      <span role="gridcell" class="figure">
        {entry.hits > 0 ? countOf(entry.hits) : '–'}
      </span>
      <span role="gridcell" class="figure">
        {entry.aborted > 0 ? countOf(entry.aborted) : '–'}
      </span>
      <span role="gridcell" class="figure">
        {entry.would_abort > 0 ? `${entry.right} / ${entry.wrong}` : '–'}
      </span>
      <span role="gridcell" class="figure">
        {entry.cost ? costOf(entry.cost) : '–'}
      </span>
    </div>
  );
}

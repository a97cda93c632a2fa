import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CandidateReport, RuleDetail, RuleEntry, RulesReport } from '../../contracts/api/rules.ts';
import { go, pathOf } from '../address.ts';
import { onLiveEvent } from '../live.ts';
import { useLoaded } from '../load.ts';
import { ActDialog, type ActDialogProps } from '../parts/act-dialog.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { Said } from '../parts/text.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { When } from '../parts/when.tsx';
import { useWidth } from '../width.ts';

type Acting = Omit<ActDialogProps, 'onClose'>;

/** Which rules are in use and where, what each did, and what is to come. */
export function RulesView({ query }: { query: Readonly<Record<string, string>> }) {
  const loaded = useLoaded<RulesReport>('/rules', 15_000);
  const { reload } = loaded;
  const [acting, setActing] = useState<Acting>();
  useEffect(
    () => onLiveEvent((event) => event.type === 'notice' && event.notice.kind === 'rules' && reload()),
    [reload],
  );
  return (
    <div class="rules">
      <div class="runs-head">
        <h1>Rules</h1>
      </div>
      <Shown loaded={loaded}>
        {(report) => (
          <>
            <div class="columns rules-top">
              <Published report={report} act={setActing} />
              <Workers report={report} />
            </div>
            {report.pointers.some(({ name, digest }) => name === 'candidate' && digest !== undefined) && (
              <Candidate report={report} act={setActing} />
            )}
            <Entries entries={report.rules} query={query} act={setActing} />
          </>
        )}
      </Shown>
      {acting && (
        <ActDialog
          {...acting}
          onClose={(done) => {
            setActing(undefined);
            if (done) reload();
          }}
        />
      )}
    </div>
  );
}

const short = (digest: string | undefined): string => digest?.slice(0, 12) ?? '–';

function Published({ report, act }: { report: RulesReport; act: (acting: Acting) => void }) {
  const { pointers, history, packs } = report;
  const active = pointers.find(({ name }) => name === 'active');
  return (
    <Panel
      title="Published"
      aside={
        active?.previous && (
          <button
            type="button"
            onClick={() =>
              act({
                title: `Go back to ${short(active.previous)}`,
                path: '/rules/rollback',
                body: {},
                confirm: 'Roll back',
                isDangerous: true,
              })
            }
          >
            Roll back …
          </button>
        )
      }
    >
      {pointers.length === 0 ? (
        <p>Nothing is published: each worker runs the {packs.length} packs of its own folder.</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th>Pointer</th>
              <th>Rules</th>
              <th>Why</th>
              <th>When</th>
            </tr>
          </thead>
          <tbody>
            {pointers.map((pointer) => (
              <tr key={pointer.name}>
                <th scope="row">{pointer.name}</th>
                <td class="mono">{short(pointer.digest)}</td>
                <td>
                  <Said>{`${pointer.why} (${pointer.by})`}</Said>
                </td>
                <td>
                  <When at={pointer.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {history.length > 1 && (
        <details>
          <summary>{history.length} moves of “active”</summary>
          <ul class="plain-list">
            {history.map(({ serial, digest, action, by, at, why }) => (
              <li key={serial}>
                <span class="mono">{short(digest)}</span> {action} by <Said>{by}</Said>, <When at={at} />
                <div class="dim">
                  <Said>{why}</Said>
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

function Workers({ report }: { report: RulesReport }) {
  return (
    <Panel title="Workers">
      {report.workers.length === 0 ? (
        <Empty title="No worker has reported which rules it runs." />
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th>Worker</th>
              <th>Rules</th>
              <th>From</th>
              <th>Since</th>
            </tr>
          </thead>
          <tbody>
            {report.workers.map(({ worker, host, group, digest, source, since, refused }) => (
              <tr key={worker}>
                <th scope="row">
                  <Said>{`${host} ${worker}`}</Said>
                  {group && <span class="dim"> {group}</span>}
                </th>
                <td class="mono">{short(digest)}</td>
                <td>
                  {source.replace('_', ' ')}
                  {refused && (
                    <div class="tone-text-bad">
                      refused {short(refused.digest)}:{' '}
                      <Said>{refused.findings[0]?.message ?? refused.findings[0]?.code}</Said>
                    </div>
                  )}
                </td>
                <td>
                  <When at={since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Candidate({ report, act }: { report: RulesReport; act: (acting: Acting) => void }) {
  const pointer = report.pointers.find(({ name }) => name === 'candidate');
  const loaded = useLoaded<CandidateReport>(`/rules/candidate?${new URLSearchParams({ of: pointer?.digest ?? '' })}`);
  const active = report.pointers.find(({ name }) => name === 'active');
  if (active?.digest === pointer?.digest) {
    return (
      <Panel title="Candidate">
        <p class="dim">The last candidate, {short(pointer?.digest)}, is active.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Candidate" aside={<span class="mono dim">{short(pointer?.digest)}</span>}>
      <Shown loaded={loaded}>
        {({ to, changes, files, evidence, tried_runs, doubts, obstacles }) => (
          <>
            <div class="candidate">
              <dl class="facts">
                <div class="fact">
                  <dt>Tried on</dt>
                  <dd>{tried_runs} stored runs</dd>
                </div>
                <div class="fact">
                  <dt>Right</dt>
                  <dd>{evidence.right}</dd>
                </div>
                <div class="fact">
                  <dt>Wrong</dt>
                  <dd class={evidence.wrong > 0 ? 'tone-text-bad' : ''}>{evidence.wrong}</dd>
                </div>
                <div class="fact">
                  <dt>Not known</dt>
                  <dd>{evidence.unknown}</dd>
                </div>
                <div class="fact">
                  <dt>Slot-hours</dt>
                  <dd>{evidence.slot_hours}</dd>
                </div>
              </dl>
              <div class="buttons">
                {doubts.length === 0 && obstacles.length === 0 ? (
                  <button
                    type="button"
                    class="primary"
                    onClick={() =>
                      act({
                        title: `Make ${short(to)} active`,
                        path: '/rules/promote',
                        body: { digest: to },
                        confirm: 'Promote',
                      })
                    }
                  >
                    Promote …
                  </button>
                ) : (
                  <button
                    type="button"
                    class="danger"
                    disabled={obstacles.length > 0}
                    onClick={() =>
                      act({
                        title: `Make ${short(to)} active in spite of the doubts`,
                        path: '/rules/promote',
                        body: { digest: to, force: true },
                        confirm: 'Promote by force',
                        isDangerous: true,
                        children: (
                          <ul>
                            {doubts.map((doubt) => (
                              <li key={doubt}>{doubt}</li>
                            ))}
                          </ul>
                        ),
                      })
                    }
                  >
                    Promote by force …
                  </button>
                )}
              </div>
            </div>
            {[...obstacles, ...doubts].length > 0 && (
              <ul class="doubts">
                {obstacles.map((text) => (
                  <li key={text} class="tone-text-bad">
                    ✕ <Said>{text}</Said>
                  </li>
                ))}
                {doubts.map((text) => (
                  <li key={text} class="tone-text-warn">
                    ◐ <Said>{text}</Said>
                  </li>
                ))}
              </ul>
            )}
            <ul class="changes">
              {changes.map(({ key, kind, change, fields, newly_aborts }) => (
                <li key={kind + key}>
                  <span class={`change change-${change}`}>{change}</span> {kind} <strong>{key}</strong>
                  {fields.length > 0 && <span class="dim"> {fields.join(', ')}</span>}
                  {newly_aborts && <span class="tone-text-bad"> newly ends runs</span>}
                </li>
              ))}
            </ul>
            {files.map(({ file, lines }) => (
              <figure key={file} class="diff">
                <figcaption>{file}</figcaption>
                <pre tabIndex={0}>
                  {lines.map(({ mark, text }, index) => (
                    // Lines have no other name.
                    <div key={index} class={mark === '+' ? 'added' : mark === '-' ? 'gone' : ''}>
                      <span class="diff-mark">{mark}</span>
                      <Said>{text}</Said>
                    </div>
                  ))}
                </pre>
              </figure>
            ))}
          </>
        )}
      </Shown>
    </Panel>
  );
}

function Entries({
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
  const narrow = useWidth() < 760;
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
      {query.rule && (
        <Detail name={query.rule} onClose={() => go(pathOf('/rules', { q: query.q }), { replace: true })} act={act} />
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
              {['Rule', 'What it means', 'Action', 'Hits', 'Ended', 'Right / wrong in shadow'].map((title) => (
                <span key={title} role="columnheader">
                  {title}
                </span>
              ))}
            </div>
          )
        }
        row={(index) => {
          const entry = fitting[index] as RuleEntry;
          return (
            <div class="rule-row">
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
                {entry.hits || '–'}
              </span>
              <span role="gridcell" class="figure">
                {entry.aborted || '–'}
              </span>
              <span role="gridcell" class="figure">
                {entry.would_abort > 0 ? `${entry.right} / ${entry.wrong}` : '–'}
              </span>
            </div>
          );
        }}
      />
    </Panel>
  );
}

function Detail({ name, onClose, act }: { name: string; onClose: () => void; act: (acting: Acting) => void }) {
  const loaded = useLoaded<RuleDetail>(`/rules/entries/${name.split('/').map(encodeURIComponent).join('/')}`);
  return (
    <section class="detail" aria-label={`Rule ${name}`}>
      <header class="panel-head">
        <h3>{name}</h3>
        <button type="button" class="quiet" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </header>
      <Shown loaded={loaded}>
        {({ entry, facts, match, ignore }) => (
          <>
            <p>{entry.title}</p>
            {entry.shadowed && (
              <div class="notice-box tone-warn">
                <p>
                  <Said>{entry.shadowed}</Said>
                </p>
                <button
                  type="button"
                  onClick={() =>
                    act({
                      title: `Let ${name} end runs again`,
                      path: '/mode/release',
                      body: { rule: name },
                      confirm: 'Release',
                    })
                  }
                >
                  Release …
                </button>
              </div>
            )}
            <dl class="detail-facts">
              {facts.map(([label, value]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd class={label === 'known by' ? 'condition' : ''} tabIndex={label === 'known by' ? 0 : undefined}>
                    <Said>{label === 'known by' ? value.replaceAll('} or {', '}\nor {') : value}</Said>
                  </dd>
                </div>
              ))}
            </dl>
            <Examples title="It is for" lines={match} />
            <Examples title="It leaves alone" lines={ignore} />
            <p>
              <a href={pathOf('/runs', { rule: name })}>{entry.hits} runs that it hit</a>
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}

function Examples({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <details open={lines.length < 4}>
      <summary>
        {title} ({lines.length})
      </summary>
      {lines.map((line) => (
        <pre key={line} class="excerpt">
          <Said>{line}</Said>
        </pre>
      ))}
    </details>
  );
}

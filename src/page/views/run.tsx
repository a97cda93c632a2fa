import { useEffect } from 'preact/hooks';
import type { RunReport } from '../../contracts/api/run-report.ts';
import { pathOf } from '../address.ts';
import { onLiveEvent } from '../live.ts';
import { useLoaded } from '../load.ts';
import { exactSpan, momentOf } from '../moments.ts';
import { Copy } from '../parts/copy.tsx';
import { doneAbout, PhaseMark } from '../parts/marks.tsx';
import { Panel } from '../parts/panel.tsx';
import { Shown } from '../parts/states.tsx';
import { Prose, Said } from '../parts/text.tsx';
import { When } from '../parts/when.tsx';
import { RunLinesPanel } from './run-lines.tsx';

/** One run: why it ended first, then how it came to that, then all that it said. */
export function RunView({ run }: { run: string }) {
  const loaded = useLoaded<RunReport>(`/runs/${encodeURIComponent(run)}`);
  const { reload } = loaded;
  useEffect(
    () =>
      onLiveEvent((event) => {
        if (event.type === 'runs' && event.rows.some((row) => row.run === run)) reload();
      }),
    [run, reload],
  );
  return (
    <div class="run">
      <p class="crumbs">
        <a href="/runs">← All runs</a>
      </p>
      <Shown loaded={loaded}>{(report) => <Report report={report} />}</Shown>
    </div>
  );
}

function Report({ report }: { report: RunReport }) {
  const { row, why, next, timeline, evidence, ruled_out, suspicions, records, alike } = report;
  return (
    <>
      <div class="run-title">
        <h1>{row.run}</h1>
        <PhaseMark phase={row.phase} />
      </div>
      <dl class="facts">
        <Fact title="Agent" link={pathOf('/runs', { agent: row.agent })}>
          {row.agent}
        </Fact>
        <Fact title="Execution" link={pathOf('/runs', { execution: row.execution })}>
          {row.execution}, attempt {row.attempt}
        </Fact>
        <Fact title="Runtime">
          <Said>{[row.runtime, report.runtime_version].filter(Boolean).join(' ') || 'not reported'}</Said>
        </Fact>
        <Fact
          title="Subscription"
          link={row.subscription ? pathOf('/runs', { subscription: row.subscription }) : undefined}
        >
          <Said>{row.subscription ?? 'not reported'}</Said>
        </Fact>
        <Fact title="Started">
          <When at={row.started_ms} />
        </Fact>
        {row.exited_ms !== undefined && (
          <Fact title="Exit">
            {row.exit ?? 'not reported'}, <When at={row.exited_ms} />
          </Fact>
        )}
      </dl>
      <section class={`why why-${report.outcome}`} aria-label="Why">
        {row.category && (
          <p class="why-head">
            <a class="category" href={pathOf('/runs', { category: row.category })}>
              {row.category}
            </a>
            <span class="dim">
              {doneAbout(row.disposition)}
              {row.grade && `, ${row.grade} evidence`}
            </span>
          </p>
        )}
        <p class="why-text">
          <Prose>{why}</Prose>
        </p>
        {next.map((step) => (
          <p key={step} class="why-next">
            <span aria-hidden="true">→ </span>
            <Prose>{step}</Prose>
          </p>
        ))}
        {row.rule && (
          <p class="why-links">
            <a href={pathOf('/rules', { rule: row.rule })}>{row.rule}</a>
            {alike.runs > 0 ? (
              <a href={pathOf('/runs', { rule: row.rule })}>
                {alike.runs} other {alike.runs === 1 ? 'run' : 'runs'} failed like this
              </a>
            ) : (
              <span class="dim">no other run failed like this</span>
            )}
          </p>
        )}
      </section>
      {timeline.length > 1 && <TimeLine steps={timeline} />}
      {suspicions.length > 0 && (
        <Panel title="What knell waits for">
          <ul class="plain-list">
            {suspicions.map(({ rule, due_ms, excerpt }) => (
              <li key={rule + excerpt}>
                <strong>{rule}</strong>, {due_ms === null ? 'decided when the run exits' : 'decided '}
                {due_ms !== null && <When at={due_ms} />}
                {excerpt && (
                  <pre class="excerpt">
                    <Said>{excerpt}</Said>
                  </pre>
                )}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {evidence.length > 0 && (
        <Panel title="Evidence">
          {evidence.map(({ where, lines }) => (
            <figure key={where} class="evidence">
              <figcaption class="dim">{where}</figcaption>
              <pre>
                {lines.map(({ text, is_evidence }, index) => (
                  // Lines have no other name.
                  <div key={index} class={is_evidence ? 'line is-evidence' : 'line'}>
                    <Said>{text}</Said>
                  </div>
                ))}
              </pre>
            </figure>
          ))}
        </Panel>
      )}
      <RunLinesPanel run={row.run} version={row.seen_ms} />
      {ruled_out.length > 0 && (
        <Panel title="Ruled out">
          <ul class="plain-list">
            {ruled_out.map(({ what, why: because }) => (
              <li key={what}>
                <Said>{what}</Said>
                <div class="dim">
                  <Said>{because}</Said>
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {records.length > 0 && (
        <Panel
          title={records.length === 1 ? 'Record' : `${records.length} records`}
          aside={<Copy text={JSON.stringify(records, null, 2)} />}
        >
          <details>
            <summary>as JSON</summary>
            <pre class="json" tabIndex={0}>
              <Said>{JSON.stringify(records.length === 1 ? records[0] : records, null, 2)}</Said>
            </pre>
          </details>
        </Panel>
      )}
    </>
  );
}

function Fact({
  title,
  link,
  children,
}: {
  title: string;
  link?: string | undefined;
  children: preact.ComponentChildren;
}) {
  return (
    <div class="fact">
      <dt>{title}</dt>
      <dd>{link ? <a href={link}>{children}</a> : children}</dd>
    </div>
  );
}

/** The steps of a run's life with the time between them. */
function TimeLine({ steps }: { steps: RunReport['timeline'] }) {
  return (
    <ol class="timeline" aria-label="Time line">
      {steps.map(({ at, what }, index) => {
        const after = steps[index + 1];
        return (
          <li key={at + what}>
            {after && <span class="span">{exactSpan(Math.max(0, Date.parse(after.at) - Date.parse(at)))}</span>}
            <span class="dot" aria-hidden="true" />
            <span class="step">
              <Said>{what}</Said>
              <time dateTime={at} class="dim">
                {momentOf(at).slice(11)}
              </time>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

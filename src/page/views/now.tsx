import { useEffect, useState } from 'preact/hooks';
import type { Now } from '../../contracts/api/now.ts';
import type { RunRow } from '../../contracts/api/run-row.ts';
import { pathOf } from '../address.ts';
import { countOf } from '../count.ts';
import { onLiveEvent } from '../live.ts';
import { useLoaded } from '../load.ts';
import { momentOf } from '../moments.ts';
import { AbortsChart } from '../parts/chart.tsx';
import { doneAbout, PHASES } from '../parts/marks.tsx';
import { Meter, Panel } from '../parts/panel.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { When } from '../parts/when.tsx';
import { isAlarming, NoticeList } from './now/notice-list.tsx';

/** How often what is counted is asked for anew while something happens. */
const COUNT_MS = 2_000;
const VERDICTS = 24;

/** What happens in the fleet: the first thing that a person sees who was called. */
export function NowView() {
  const loaded = useLoaded<Now>('/now', COUNT_MS);
  return (
    <>
      <h1 class="hidden">Now</h1>
      <Shown loaded={loaded}>{(now) => <Fleet now={now} />}</Shown>
    </>
  );
}

function Fleet({ now }: { now: Now }) {
  const verdicts = useVerdicts(now.verdicts);
  const { runs, saved, budget, aborts, notices } = now;
  const alarms = notices.filter(isAlarming).slice(0, 5);
  const others = notices.filter((notice) => !isAlarming(notice)).slice(0, 60);
  const alive = (runs.running ?? 0) + (runs.suspected ?? 0) + (runs.silent ?? 0);
  return (
    <div class="now">
      <section class="figures" aria-label="Figures">
        <a class="tile" href="/runs?state=running">
          <span class="tile-figure">{countOf(alive)}</span>
          <span class="tile-label">runs alive</span>
        </a>
        <a class="tile" href="/runs?state=ended">
          <span class="tile-figure">{countOf((runs.ended ?? 0) + (runs.aborting ?? 0))}</span>
          <span class="tile-label">ended by knell</span>
        </a>
        <div class="tile tile-wide">
          <span class="tile-figure">{countOf(saved.slot_hours)}</span>
          <span class="tile-label">slot-hours saved since {momentOf(saved.since_ms).slice(11, 16)}</span>
          <details class="how">
            <summary>how this is counted</summary>
            <p>
              For each run that a host ended on knell's command: from the host's word until the run's own time limit.{' '}
              {saved.counted} {saved.counted === 1 ? 'run counts' : 'runs count'}; {saved.not_counted} had no time
              limit, or no host has answered yet, and count as nothing.
            </p>
          </details>
        </div>
        <div class="tile tile-budget">
          <Meter label="Budget of aborts, last minute" {...budget.minute} />
          <Meter label="Budget of aborts, last hour" {...budget.hour} />
        </div>
      </section>
      <nav class="phases" aria-label="Runs by state">
        {Object.entries(PHASES).map(([phase, { sign, tone }]) => (
          <a
            key={phase}
            href={pathOf('/runs', { state: phase })}
            class={`phase tone-${tone} ${runs[phase as keyof typeof runs] ? '' : 'zero'}`}
          >
            <span class="sign" aria-hidden="true">
              {sign}
            </span>
            <span class="figure">{countOf(runs[phase as keyof typeof runs] ?? 0)}</span> {phase}
          </a>
        ))}
      </nav>
      {alarms.length > 0 && (
        <Panel title="Incidents, 24 hours" class="incidents">
          <NoticeList notices={alarms} />
        </Panel>
      )}
      <div class="columns">
        <Panel title="Verdicts" aside={<a href="/runs">all runs</a>} class="verdicts">
          {verdicts.length === 0 ? (
            <Empty title="No verdict yet.">When a run fails or is ended, it appears here at once.</Empty>
          ) : (
            <ul class="verdict-list">
              {verdicts.map((row) => (
                <Verdict key={row.run} row={row} />
              ))}
            </ul>
          )}
        </Panel>
        <div class="stack">
          <Panel title="Ended runs by category, 24 hours">
            <AbortsChart aborts={aborts} />
          </Panel>
          <Panel title="Notices, 24 hours">
            {others.length === 0 ? <Empty title="No notices." /> : <NoticeList notices={others} />}
          </Panel>
        </div>
      </div>
    </div>
  );
}

function Verdict({ row }: { row: RunRow }) {
  const { sign, tone } = row.disposition === 'aborted' ? PHASES[row.phase] : PHASES.failed;
  return (
    <li class="verdict">
      <span
        class={`sign tone-${row.disposition === 'recorded' || row.disposition === 'suppressed' ? 'quiet' : tone}`}
        aria-hidden="true"
      >
        {sign}
      </span>
      <a class="verdict-run" href={`/runs/${row.run}`}>
        {row.run}
      </a>
      <span class="verdict-what">
        <strong>{row.category}</strong> <span class="dim">{doneAbout(row.disposition)}</span>
      </span>
      <span class="verdict-when">
        <When at={row.decided_ms} />
      </span>
    </li>
  );
}

/** The latest verdicts, with those that came since they were asked for. */
function useVerdicts(known: readonly RunRow[]): readonly RunRow[] {
  const [came, setCame] = useState<ReadonlyMap<string, RunRow>>(new Map());
  // What is asked for anew has all that came before.
  // A new answer is the reason.
  useEffect(() => setCame(new Map()), [known]);
  useEffect(
    () =>
      onLiveEvent((event) => {
        if (event.type !== 'runs') return;
        const decided = event.rows.filter(({ decided_ms }) => decided_ms !== undefined);
        if (decided.length > 0)
          setCame((before) => new Map([...before, ...decided.map((row): [string, RunRow] => [row.run, row])]));
      }),
    [],
  );
  const all = new Map([...known.map((row): [string, RunRow] => [row.run, row]), ...came]);
  return [...all.values()].sort((a, b) => (b.decided_ms ?? 0) - (a.decided_ms ?? 0)).slice(0, VERDICTS);
}

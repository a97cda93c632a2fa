import type { CandidateReport, RulesReport } from '../../../contracts/api/rules.ts';
import { useLoaded } from '../../load.ts';
import type { Acting } from '../../parts/act-dialog.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/states.tsx';
import { Prose } from '../../parts/text.tsx';
import { FileDiff } from './file-diff.tsx';
import { PromoteButton } from './promote-button.tsx';
import { short } from './short-digest.ts';

/** What the candidate changes and did on stored runs, and how to make it active. */
export function CandidatePanel({ report, act }: { report: RulesReport; act: (acting: Acting) => void }) {
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
              <PromoteButton to={to} doubts={doubts} isBarred={obstacles.length > 0} act={act} />
            </div>
            {[...obstacles, ...doubts].length > 0 && (
              <ul class="doubts">
                {obstacles.map((text) => (
                  <li key={text} class="tone-text-bad">
                    ✕ <Prose>{text}</Prose>
                  </li>
                ))}
                {doubts.map((text) => (
                  <li key={text} class="tone-text-warn">
                    ◐ <Prose>{text}</Prose>
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
            {files.map((file) => (
              <FileDiff key={file.file} {...file} />
            ))}
          </>
        )}
      </Shown>
    </Panel>
  );
}

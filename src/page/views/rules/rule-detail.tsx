import type { RuleDetail, RuleEntry } from '../../../contracts/api/rules.ts';
import { pathOf } from '../../address.ts';
import { countOf } from '../../count.ts';
import { useLoaded } from '../../load.ts';
import type { Acting } from '../../parts/act-dialog.tsx';
import { Shown } from '../../parts/states.tsx';
import { Prose, Said } from '../../parts/text.tsx';
import { Conditions } from './conditions.tsx';
import { costOf } from './cost-of.ts';

/** What is no longer than this stands beside others. */
const SHORT = 32;

/** One cause or rule: what it is, when it holds, its examples, and what it hit. */
export function RuleDetailPanel({
  name,
  onClose,
  act,
}: {
  name: string;
  onClose: () => void;
  act: (acting: Acting) => void;
}) {
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
        {({ entry, facts, origin, match, ignore }) => (
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
                <div key={label} class={value.length < SHORT ? 'short' : ''}>
                  <dt>{label}</dt>
                  <dd>{label === 'known by' ? <Conditions value={value} /> : <FactValue value={value} />}</dd>
                </div>
              ))}
              <div>
                <dt>defined in</dt>
                <dd>
                  <Said>{origin.file}</Said>, line {origin.line} (version {origin.version})
                </dd>
              </div>
              {origin.says && (
                <div>
                  <dt>the file says of itself</dt>
                  <dd>
                    <Said>{origin.says}</Said>
                  </dd>
                </div>
              )}
              <div>
                <dt>cost</dt>
                <dd>{costSentence(entry)}</dd>
              </div>
            </dl>
            <Examples title="It is for" lines={match} />
            <Examples title="It leaves alone" lines={ignore} />
            <p>
              <a href={pathOf('/runs', { rule: name })}>
                {countOf(entry.hits)} {entry.hits === 1 ? 'run' : 'runs'} that it hit
              </a>
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}

function costSentence({ kind, cost }: RuleEntry): string {
  const what = kind === 'cause' ? 'failure' : 'line that it could be about';
  if (!cost) return `not measured yet: no ${what} was looked at since the rules came into force on this worker`;
  const on = cost.lines === 1 ? `one ${what}` : `${countOf(cost.lines)} ${what.replace(/^(failure|line)/, '$1s')}`;
  return `${costOf(cost)} of the processor, the mean of ${on} on this worker`;
}

/** A word of a pack as it stands there, or a sentence. */
function FactValue({ value }: { value: string }) {
  return value.includes(' ') ? <Prose>{value}</Prose> : <Said>{value}</Said>;
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

import type { RuleDetail } from '../../../contracts/api/rules.ts';
import { pathOf } from '../../address.ts';
import { useLoaded } from '../../load.ts';
import type { Acting } from '../../parts/act-dialog.tsx';
import { Shown } from '../../parts/states.tsx';
import { Said } from '../../parts/text.tsx';

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

import { useEffect } from 'preact/hooks';
import type { DriftKind, DriftReport } from '../../contracts/api/drift.ts';
import { pathOf } from '../address.ts';
import { countOf } from '../count.ts';
import { onLiveEvent } from '../live.ts';
import { useLoaded } from '../load.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { Said } from '../parts/text.tsx';
import { When } from '../parts/when.tsx';

/** Failures that no rule knows: what the next rules have to be about. */
export function DriftView() {
  const loaded = useLoaded<DriftReport>('/drift');
  const { reload } = loaded;
  useEffect(
    () => onLiveEvent((event) => event.type === 'notice' && event.notice.kind === 'drift' && reload()),
    [reload],
  );
  return (
    <div class="drift">
      <div class="runs-head">
        <h1>Drift</h1>
        <p class="dim lead">Failures that no rule knows, those seen most often first.</p>
      </div>
      <Shown loaded={loaded}>
        {({ kinds }) =>
          kinds.length === 0 ? (
            <Empty title="Every failure of the last 30 days was known." />
          ) : (
            <ul class="drift-list">
              {kinds.map((kind) => (
                <Kind key={kind.fingerprint} kind={kind} most={kinds[0]?.count ?? 1} />
              ))}
            </ul>
          )
        }
      </Shown>
    </div>
  );
}

function Kind({ kind, most }: { kind: DriftKind; most: number }) {
  const { fingerprint, count, runtime, since_version, event, excerpt, first_at, last_at, run } = kind;
  return (
    <li class="drift-kind">
      <div class="drift-count" title="How often it was seen, in all the fleet">
        <span>
          <span class="tile-figure">{countOf(count)}</span>{' '}
          <span class="tile-label">{count === 1 ? 'time' : 'times'}</span>
        </span>
        <div class="meter-bar" aria-hidden="true">
          <div class="meter-fill" style={{ width: `${(count / most) * 100}%` }} />
        </div>
      </div>
      <div class="drift-what">
        {excerpt ? (
          <pre class="excerpt">
            <Said>{excerpt}</Said>
          </pre>
        ) : (
          <p>{event === 'exit' ? 'It exited with an error, and said nothing that tells why.' : 'It has no words.'}</p>
        )}
        <p class="dim">
          <Said>{runtime}</Said>
          {since_version && (
            <>
              {' '}
              since version <Said>{since_version}</Said>
            </>
          )}
          , event <Said>{event}</Said>, first <When at={first_at} />, last <When at={last_at} />
          {run && (
            <>
              {' in '}
              <a href={`/runs/${run}`}>{run}</a>
            </>
          )}
          <span class="fingerprint"> {fingerprint}</span>
        </p>
      </div>
      <a class="button primary" href={pathOf('/workbench', { draft: fingerprint, run })}>
        Draft a rule
      </a>
    </li>
  );
}

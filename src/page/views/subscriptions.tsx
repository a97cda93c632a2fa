import { useEffect, useState } from 'preact/hooks';
import type { SubscriptionStatus, SubscriptionStatuses } from '../../contracts/api/subscriptions.ts';
import { go, pathOf } from '../address.ts';
import { countOf } from '../count.ts';
import { onLiveEvent } from '../live.ts';
import { useLoaded } from '../load.ts';
import { momentOf, nowMs, spanOf } from '../moments.ts';
import { ActDialog } from '../parts/act-dialog.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { Prose, Said } from '../parts/text.tsx';
import { When } from '../parts/when.tsx';

const LOOK_MS = 10_000;
const DAY_MS = 86_400_000;
/** A token that ends within this, and a window of which so much is used, is worth a look. */
const SOON_MS = 14 * DAY_MS;
const SCARCE = 0.8;

const ANSWERS = {
  serviceable: { sign: '✓', tone: 'good', word: 'works' },
  unknown: { sign: '?', tone: 'quiet', word: 'not known' },
  refused: { sign: '✕', tone: 'bad', word: 'refused' },
} as const;

/** The paid accounts: which can be used, until when, and by whom. */
export function SubscriptionsView({ query }: { query: Readonly<Record<string, string>> }) {
  const loaded = useLoaded<SubscriptionStatuses>(pathOf('/subscriptions', { q: query.q }), LOOK_MS);
  const { reload } = loaded;
  const [clearing, setClearing] = useState<SubscriptionStatus>();
  useEffect(() => onLiveEvent((event) => event.type === 'notice' && reload()), [reload]);
  return (
    <div class="subscriptions">
      <div class="runs-head">
        <h1>Subscriptions</h1>
        <div class="filters" role="search">
          <input
            type="search"
            aria-label="Search subscriptions"
            placeholder="name, provider, agent …  ( / )"
            value={query.q ?? ''}
            onInput={(event) => go(pathOf('/subscriptions', { q: event.currentTarget.value }), { replace: true })}
          />
        </div>
      </div>
      <Shown loaded={loaded}>
        {({ subscriptions, more }) =>
          subscriptions.length === 0 ? (
            <Empty title={query.q ? 'No subscription fits.' : 'No subscription is known yet.'}>
              knell learns of them from runs that name one, and from <code>knell subscriptions set</code>.
            </Empty>
          ) : (
            <>
              <Cards title="To look at" statuses={subscriptions.filter(isTroubled)} onClear={setClearing} isTroubled />
              <Cards title="Working" statuses={subscriptions.filter((one) => !isTroubled(one))} onClear={setClearing} />
              {more > 0 && <p class="dim">{more} more, without trouble. Search for them by name.</p>}
            </>
          )
        }
      </Shown>
      {clearing && (
        <ActDialog
          title={`Forget what is held against ${clearing.record.name}`}
          path="/subscriptions/clear"
          body={{ id: clearing.record.id, kind: clearing.record.kind }}
          confirm="Forget it"
          onClose={(done) => {
            setClearing(undefined);
            if (done) reload();
          }}
        >
          <p>Runs may use it again at once. If its token is still refused, the next run finds out.</p>
        </ActDialog>
      )}
    </div>
  );
}

/** Something is held against it, or it ends soon, or a window is nearly used up. */
function isTroubled({ record, answer, windows }: SubscriptionStatus): boolean {
  const leftMs = record.expires_at ? Date.parse(record.expires_at.at) - nowMs() : Number.POSITIVE_INFINITY;
  const isScarce = windows.some(({ used, resets_at }) => (used ?? 1) >= SCARCE && !isPast(resets_at));
  return answer !== 'serviceable' || record.breaker.state !== 'closed' || leftMs < SOON_MS || isScarce;
}

function isPast(moment: string | undefined): boolean {
  return moment !== undefined && Date.parse(moment) < nowMs();
}

function Cards({
  title,
  statuses,
  onClear,
  isTroubled = false,
}: {
  title: string;
  statuses: readonly SubscriptionStatus[];
  onClear: (status: SubscriptionStatus) => void;
  isTroubled?: boolean;
}) {
  if (statuses.length === 0) return null;
  return (
    <section class="card-section" aria-label={title}>
      <h2>
        {title} <span class="dim figure">{countOf(statuses.length)}</span>
      </h2>
      <ul class="cards">
        {statuses.map((one) => (
          <Card
            key={`${one.record.kind}.${one.record.id}`}
            status={one}
            isTroubled={isTroubled}
            onClear={() => onClear(one)}
          />
        ))}
      </ul>
    </section>
  );
}

function Card({
  status,
  isTroubled,
  onClear,
}: {
  status: SubscriptionStatus;
  isTroubled: boolean;
  onClear: () => void;
}) {
  const { record, answer, reason, until, alternatives, windows, running } = status;
  const { sign, tone, word } = ANSWERS[answer];
  const { breaker, expires_at } = record;
  return (
    // It works, but something about it is worth a look.
    <li class={`card tone-edge-${isTroubled && tone === 'good' ? 'warn' : tone}`}>
      <header class="card-head">
        <h2>
          <Said>{record.name}</Said>
        </h2>
        <span class={`mark tone-${tone}`}>
          <span class="sign" aria-hidden="true">
            {sign}
          </span>
          {word}
        </span>
      </header>
      <p class="dim">
        <Said>
          {[record.provider, record.kind === 'api_key' ? 'API key' : record.id !== record.name && record.id]
            .filter(Boolean)
            .join(' · ')}
        </Said>
      </p>
      {breaker.state === 'closed' && (
        <p>
          <Prose>{reason}</Prose>
        </p>
      )}
      {breaker.state !== 'closed' && (
        <div class="breaker">
          <p>
            <strong>Breaker {breaker.state.replace('_', ' ')}</strong> since <When at={breaker.since} />
            {breaker.category && `: ${breaker.category}`}
          </p>
          {breaker.trial && (
            <p class="dim">
              Tried by <Said>{breaker.trial.run ?? breaker.trial.agent}</Said> until <When at={breaker.trial.until} />
            </p>
          )}
          {breaker.evidence[0] && (
            <pre class="excerpt">
              <Said>{breaker.evidence[0].excerpt}</Said>
            </pre>
          )}
          {!breaker.trial && (
            <p class="dim">
              {until && !isPast(until) ? (
                <>
                  One run may try it <When at={until} />
                </>
              ) : (
                'The next run may try it'
              )}
              {breaker.tries > 0 && `; ${breaker.tries} tried in vain`}.
            </p>
          )}
          <button type="button" onClick={onClear}>
            Forget it …
          </button>
        </div>
      )}
      {expires_at && (
        <Expiry at={expires_at.at} source={expires_at.source} issuedAt={record.issued_at ?? record.first_seen_at} />
      )}
      {windows.map(({ name, used, resets_at, seen_at }) => (
        <div key={name} class={(used ?? 1) >= SCARCE && !isPast(resets_at) ? 'window tone-warn' : 'window'}>
          <div class="meter-label">
            <span>
              Window: <Said>{name}</Said>
            </span>
            <span class="figure">
              {used === undefined ? 'nearly used up' : `${Math.round((1 - used) * 100)} % left`}
            </span>
          </div>
          {used !== undefined && (
            <div class="meter-bar" aria-hidden="true">
              <div class="meter-fill" style={{ width: `${used * 100}%` }} />
            </div>
          )}
          <p class="dim">
            {resets_at ? (
              <>
                begins anew <When at={resets_at} />;{' '}
              </>
            ) : null}
            reported <When at={seen_at} />
          </p>
        </div>
      ))}
      <p class="card-foot">
        {running === 0 ? (
          <span class="dim">no running run</span>
        ) : (
          <a href={pathOf('/runs', { subscription: record.id })}>
            {countOf(running)} running {running === 1 ? 'run' : 'runs'}
          </a>
        )}
        {record.agents.length > 0 && (
          <span class="dim">
            used by <Said>{record.agents.slice(0, 5).join(', ')}</Said>
            {record.agents.length > 5 && ` and ${record.agents.length - 5} more`}
          </span>
        )}
      </p>
      {answer !== 'serviceable' && alternatives.length > 0 && (
        <p>
          Instead: <Said>{alternatives.slice(0, 5).join(', ')}</Said>
        </p>
      )}
    </li>
  );
}

/** A token's life as a line from its issue to its end, with where it is now. */
function Expiry({ at, source, issuedAt }: { at: string; source: string; issuedAt: string }) {
  const [endMs, beginMs, now] = [Date.parse(at), Date.parse(issuedAt), nowMs()];
  const share = Math.min(1, Math.max(0, (now - beginMs) / Math.max(1, endMs - beginMs)));
  const leftMs = endMs - now;
  const tone = leftMs < DAY_MS ? 'bad' : leftMs < 7 * DAY_MS ? 'warn' : 'calm';
  return (
    <div class={`expiry tone-${tone}`}>
      <div class="meter-label">
        <span>Token ends {source === 'estimated' && '(estimated)'}</span>
        <span class="figure" title={momentOf(at)}>
          {leftMs > 0 ? `in ${spanOf(leftMs)}` : `${spanOf(-leftMs)} ago`}
        </span>
      </div>
      <div class="meter-bar" aria-hidden="true">
        <div class="meter-fill" style={{ width: `${share * 100}%` }} />
      </div>
      <div class="expiry-ends dim">
        <span>{momentOf(beginMs).slice(0, 10)}</span>
        <span>{momentOf(endMs).slice(0, 10)}</span>
      </div>
    </div>
  );
}

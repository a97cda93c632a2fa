import type { Expiry, SubscriptionRecord } from '../../contracts/subscription.ts';
import { statusOf } from '../../subscriptions/preflight/token-status.ts';
import { breakerAt, mayTryAt } from '../../subscriptions/record/breaker.ts';
import { coloursFor } from '../terminal/colour.ts';
import { table } from '../terminal/table.ts';
import { ageOf, momentOf } from '../terminal/when.ts';

const HEADINGS = ['SUBSCRIPTION', 'PROVIDER', 'TOKEN', 'STATE', 'SEEN', 'EXPIRES', 'AGENTS'];

/** Subscriptions as a table, one a line: what matters first, in the words of preflight. */
export function subscriptionTable(records: readonly SubscriptionRecord[], nowMs: number): string {
  if (records.length === 0) return 'no subscription is known yet: they are learned from runs, or set by hand\n';
  const { dim } = coloursFor(process.stdout);
  const rows = records.map((record) => [
    record.kind === 'api_key' ? `${record.name} ${dim('(key)')}` : record.id,
    record.provider,
    record.fingerprint?.slice(0, 8) ?? dim('unnamed'),
    stateOf(record, nowMs),
    seenOf(record, nowMs),
    expiryOf(record.expires_at, nowMs),
    String(record.agents.length),
  ]);
  return table(HEADINGS.map(dim), rows);
}

/** Everything that is known of one subscription. */
export function subscriptionDetails(record: SubscriptionRecord, nowMs: number): string {
  const { bold, dim } = coloursFor(process.stdout);
  const lines: [string, string][] = [
    ['state', stateOf(record, nowMs)],
    ['reason', statusOf(record, nowMs).reason],
    ['provider', record.provider],
    ['token', record.fingerprint ?? 'unnamed'],
    ['issued', record.issued_at === null ? 'unknown' : momentOf(record.issued_at, nowMs)],
    ['expires', expiryOf(record.expires_at, nowMs)],
    ['warned', record.warned.join(', ') || 'no'],
    ['agents', record.agents.slice(0, 10).join(', ') || 'none'],
  ];
  const body = lines.map(([label, text]) => `  ${dim(label.padEnd(9))} ${text}\n`).join('');
  const audit = record.audit.slice(0, 5).map(({ at, by, what }) => `  ${dim(momentOf(at, nowMs))}  ${by}: ${what}\n`);
  return `${bold(record.name)}${record.name === record.id ? '' : ` (${record.id})`}\n${body}${audit.join('')}`;
}

function stateOf(record: SubscriptionRecord, nowMs: number): string {
  const { green, red, yellow, dim } = coloursFor(process.stdout);
  if (record.removed_at !== null) return dim('removed');
  const { breaker } = record;
  const state = breakerAt(breaker, nowMs);
  if (state === 'half_open') return yellow(breaker.trial ? 'being tried' : 'one may try');
  if (state === 'open') {
    const tryAt = mayTryAt(breaker);
    const until = tryAt === null ? 'until the token changes' : `one may try in ${ageOf(Date.parse(tryAt) - nowMs)}`;
    return red(`${breaker.category}, ${until}`);
  }
  if (statusOf(record, nowMs).state === 'refused') return red('expired');
  return record.health.state === 'healthy' ? green('healthy') : 'nothing against it';
}

function seenOf({ health }: SubscriptionRecord, nowMs: number): string {
  return health.at === null ? '' : `${ageOf(nowMs - Date.parse(health.at))} ago`;
}

function expiryOf(expiry: Expiry | null, nowMs: number): string {
  if (expiry === null) return 'unknown';
  const day = expiry.at.slice(0, 10);
  const leftMs = Date.parse(expiry.at) - nowMs;
  const when = leftMs > 0 ? `in ${ageOf(leftMs)}` : `${ageOf(-leftMs)} ago`;
  return `${day} (${when}${expiry.source === 'estimated' ? ', estimated' : ''})`;
}

import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSubjects } from '../../src/contracts/subjects.ts';
import type { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createSubscriptionStore } from '../../src/nats/store/subscription-store.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { applyProbe } from '../../src/subscriptions/probe/apply-probe.ts';
import { updateSubscription } from '../../src/subscriptions/record/registry.ts';
import { useNatsServer } from '../support/nats.ts';
import { startTestSubscriptions } from '../support/subscription-service.ts';
import { DAY, subscription, tokenFailure } from '../support/subscriptions.ts';

const subjects = createSubjects();
const nats = useNatsServer();
const registry = new Registry();
const run = { agent: 'a1', execution: 'e1', attempt: 1 };
const credential = { kind: 'oauth', subscription: 'team-a', fingerprint: 'print-1' } as const;
let service: Awaited<ReturnType<typeof startTestSubscriptions>>;

beforeAll(async () => {
  service = await startTestSubscriptions(nats.connection, systemClock, registry);
  await service.loaded;
});
afterAll(() => service.stop());

/** The line of the metrics text for one metric, and its value. */
async function metric(name: string): Promise<number> {
  const line = (await registry.metrics()).split('\n').find((row) => row.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}
const untilCounted = (name: string, count = 1) =>
  vi.waitUntil(async () => (await metric(name)) === count, { interval: 5, timeout: 120_000 });
const ask = (text: string) => nats.connection.request(subjects.preflightCheck, text, { timeout: 60_000 });

test('preflight answers are counted by what they were', async () => {
  await ask('{"subscription":"nobody"}');
  await ask('{"subscription":"nobody"}');
  expect(await metric('knell_preflight_answers_total{answer="unknown"}')).toBe(2);
  expect(await metric('knell_preflight_seconds_count')).toBe(2);
});

test('breakers are counted by what they became, and probes by their outcome, whoever probed', async () => {
  const failure = tokenFailure({ run, atMs: Date.now(), subscription: 'team-a' }, { credential });
  await nats.connection.jetstream().publish(subjects.failures('auth.token_expired', run), JSON.stringify(failure));
  await untilCounted('knell_breaker_changes_total{state="open"}');

  const store = createSubscriptionStore(service.buckets.subscriptions, () => undefined);
  const holder = { kind: 'subscription', id: 'team-a' } as const;
  const known = (await store.get(holder))?.record as SubscriptionRecord;
  const finding = {
    holder,
    provider: 'anthropic',
    fingerprint: 'print-1',
    sentMs: Date.now() + 1_000,
    openSince: known.breaker.since,
  };
  const reason = 'the provider answered';
  await updateSubscription(store, holder, (record) =>
    applyProbe(record, { ...finding, result: { verdict: 'works', reason } }, Date.now() + 2_000),
  );
  await untilCounted('knell_breaker_changes_total{state="closed"}');
  await untilCounted('knell_probes_total{outcome="works"}');
  expect(await metric('knell_probes_total{outcome="refused"}')).toBe(0);
});

test('warnings that a token ends are counted by rung', async () => {
  const expires = { at: formatTime(Date.now() + 2 * DAY), source: 'operator' };
  const record = { ...subscription('team-b', { fingerprint: 'print-2' }), expires_at: expires };
  await service.buckets.subscriptions.put('subscription.team-b', JSON.stringify(record));
  await untilCounted('knell_expiry_warnings_total{rung="3d"}');
});

test('what is no evidence is counted', async () => {
  await nats.connection.jetstream().publish(subjects.failures('auth.forbidden', run), 'scribble');
  await untilCounted('knell_subscription_evidence_rejected_total');
});

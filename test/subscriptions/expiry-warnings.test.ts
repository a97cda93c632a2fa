import { expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import type { SubscriptionStore } from '../../src/pipeline/ports/subscription-ports.ts';
import { startExpiryWarnings } from '../../src/subscriptions/expiry-warnings.ts';
import { startSubscriptionView } from '../../src/subscriptions/view.ts';
import {
  DAY,
  HOUR,
  type ManualClock,
  manualClock,
  registryOf,
  silentSubscriptionTelemetry,
  subscription,
  T0,
} from '../support/subscriptions.ts';

const expiring = (ms: number) =>
  subscription('team-a', { expires_at: { at: formatTime(T0 + ms), source: 'operator' } });

/** A service that runs until its clock has moved on by some time. */
async function runFor(store: SubscriptionStore, clock: ManualClock, ms: number) {
  const publisher = createMemoryPublisher();
  const warnings = startExpiryWarnings({ store, publisher, clock, telemetry: silentSubscriptionTelemetry });
  const view = await startSubscriptionView(store, (key, record) => warnings.watch(key, record));
  for (let left = ms; left >= 0; left -= HOUR) {
    clock.advance(Math.min(left, HOUR));
    // Let what came due be published and stored before the time goes on.
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  view.stop();
  await warnings.stop();
  return publisher.notices.map((notice) => notice.rung);
}

const storeWith = async (record: SubscriptionRecord) => (await registryOf(record)).store;

test('a token is warned about 14, 7, 3 and 1 days ahead and once when it has passed', async () => {
  const store = await storeWith(expiring(20 * DAY));
  expect(await runFor(store, manualClock(), 30 * DAY)).toEqual(['14d', '7d', '3d', '1d', 'passed']);
});

test('of what became due while no service ran only the nearest is sent, and nothing twice', async () => {
  const store = await storeWith(expiring(20 * DAY));
  const clock = manualClock();
  expect(await runFor(store, clock, 7 * DAY)).toEqual(['14d']);
  clock.advance(11 * DAY);
  expect(await runFor(store, clock, DAY + HOUR)).toEqual(['3d', '1d']);
  expect(await runFor(store, clock, HOUR)).toEqual([]);
  clock.advance(10 * DAY);
  expect(await runFor(store, clock, HOUR)).toEqual(['passed']);
});

test('a new token is warned about again', async () => {
  const store = await storeWith(expiring(DAY));
  const clock = manualClock();
  expect(await runFor(store, clock, HOUR)).toEqual(['1d']);
  const known = await store.get({ kind: 'subscription', id: 'team-a' });
  await store.put({ ...expiring(2 * DAY), fingerprint: 'new', warned: [] }, known?.revision ?? 0);
  expect(await runFor(store, clock, HOUR)).toEqual(['3d']);
});

test('a notice that could not be sent is tried again', async () => {
  const store = await storeWith(expiring(DAY));
  const clock = manualClock();
  let failures = 2;
  const sent: unknown[] = [];
  const publisher = {
    async notice(notice: unknown) {
      failures -= 1;
      if (failures >= 0) throw new Error('NATS is away');
      sent.push(notice);
    },
  };
  const warnings = startExpiryWarnings({ store, publisher, clock, telemetry: silentSubscriptionTelemetry });
  const view = await startSubscriptionView(store, (key, record) => warnings.watch(key, record));
  for (let step = 0; step < 10; step += 1) {
    clock.advance(10_000);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  view.stop();
  await warnings.stop();
  expect(sent).toHaveLength(1);
});

test('nothing is sent for what was removed, or whose expiry was taken back, while it waited', async () => {
  const store = await storeWith(expiring(20 * DAY));
  const clock = manualClock();
  const publisher = createMemoryPublisher();
  const warnings = startExpiryWarnings({ store, publisher, clock, telemetry: silentSubscriptionTelemetry });
  const view = await startSubscriptionView(store, (key, record) => warnings.watch(key, record));
  await store.put({ ...expiring(20 * DAY), removed_at: formatTime(T0) }, 1);
  for (let day = 0; day < 30; day += 1) {
    clock.advance(DAY);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  expect(publisher.notices).toEqual([]);
  view.stop();
  await warnings.stop();
});

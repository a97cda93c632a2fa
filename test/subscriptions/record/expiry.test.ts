import { describe, expect, test } from 'vitest';
import type { Expiry, ExpirySource, SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { createMemoryPublisher } from '../../../src/memory/memory-publisher.ts';
import { createMemorySubscriptionStore } from '../../../src/memory/memory-subscription-store.ts';
import { expiryNotice } from '../../../src/subscriptions/expiry-notice.ts';
import { startLadder } from '../../../src/subscriptions/expiry-warnings.ts';
import { estimateExpiry, nextWarningMs, rungDue } from '../../../src/subscriptions/record/expiry.ts';
import { silentSubscriptionTelemetry } from '../../../src/subscriptions/telemetry.ts';
import { startSubscriptionView } from '../../../src/subscriptions/view.ts';
import { DAY, HOUR, type ManualClock, manualClock, subscription, T0 } from '../../support/subscriptions.ts';

const expiresIn = (ms: number, source: ExpirySource = 'operator'): Expiry => ({ at: formatTime(T0 + ms), source });
const expiring = (ms: number, over: Partial<SubscriptionRecord> = {}) =>
  subscription('team-a', { expires_at: expiresIn(ms), ...over });

describe('the rung that is due', () => {
  test.each<[string, number, string | undefined]>([
    ['15 days ahead', 15 * DAY, undefined],
    ['14 days ahead to the millisecond', 14 * DAY, '14d'],
    ['13 days ahead', 13 * DAY, '14d'],
    ['7 days ahead', 7 * DAY, '7d'],
    ['3 days ahead', 3 * DAY, '3d'],
    ['a day ahead', DAY, '1d'],
    ['a millisecond ahead', 1, '1d'],
    ['when it has passed', 0, 'passed'],
    ['a year after', -365 * DAY, 'passed'],
  ])('%s', (_when, ms, rung) => {
    expect(rungDue(expiring(ms), T0)).toBe(rung);
  });

  test('is due once', () => {
    expect(rungDue(expiring(6 * DAY, { warned: ['14d', '7d'] }), T0)).toBeUndefined();
  });

  test('is never due for what was removed, or whose end nobody knows', () => {
    expect(rungDue(expiring(DAY, { removed_at: formatTime(T0) }), T0)).toBeUndefined();
    expect(rungDue(subscription(), T0)).toBeUndefined();
    expect(nextWarningMs(subscription())).toBeUndefined();
  });
});

describe('the estimate', () => {
  const issued = (over: Partial<SubscriptionRecord>) =>
    estimateExpiry(subscription('team-a', { issued_at: formatTime(T0), ...over }));

  test("is a year after the issue of an Anthropic subscription's token", () => {
    expect(issued({})).toEqual(expiresIn(365 * DAY, 'estimated'));
  });

  test('is not made where tokens are not known to live a year', () => {
    expect(issued({ provider: 'openai' })).toBeNull();
    expect(issued({ kind: 'api_key' })).toBeNull();
    expect(issued({ issued_at: null })).toBeNull();
  });

  test('gives way to what an operator or the provider says', () => {
    expect(issued({ expires_at: expiresIn(DAY) })).toEqual(expiresIn(DAY));
  });

  test('is called an estimate in the notice, and a certain expiry is not', () => {
    const estimated = subscription('team-a', { expires_at: expiresIn(DAY, 'estimated') });
    expect(expiryNotice(estimated, '1d', T0)).toMatchObject({
      kind: 'subscription_expiring',
      expires_source: 'estimated',
      message: expect.stringContaining('estimate'),
    });
    expect(expiryNotice(expiring(DAY), '1d', T0).message).not.toContain('estimate');
  });

  test('has one id for each token and rung', () => {
    const id = expiryNotice(expiring(DAY), '1d', T0).notice_id;
    expect(expiryNotice(expiring(DAY), '1d', T0 + HOUR).notice_id).toBe(id);
    expect(expiryNotice(expiring(DAY), 'passed', T0).notice_id).not.toBe(id);
    expect(expiryNotice(expiring(DAY, { fingerprint: 'new' }), '1d', T0).notice_id).not.toBe(id);
  });
});

describe('the ladder', () => {
  /** A service that runs until its clock has moved on by some time. */
  async function runFor(store: ReturnType<typeof createMemorySubscriptionStore>, clock: ManualClock, ms: number) {
    const publisher = createMemoryPublisher();
    const ladder = startLadder({ store, publisher, clock, telemetry: silentSubscriptionTelemetry });
    const view = await startSubscriptionView(store, (key, record) => ladder.watch(key, record));
    for (let left = ms; left >= 0; left -= HOUR) {
      clock.advance(Math.min(left, HOUR));
      // Let what came due be published and stored before the time goes on.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    view.stop();
    await ladder.stop();
    return publisher.notices.map((notice) => notice.rung);
  }

  async function storeWith(record: SubscriptionRecord) {
    const store = createMemorySubscriptionStore();
    await store.put(record, 0);
    return store;
  }

  test('warns 14, 7, 3 and 1 days ahead and once when it has passed', async () => {
    const store = await storeWith(expiring(20 * DAY));
    expect(await runFor(store, manualClock(), 30 * DAY)).toEqual(['14d', '7d', '3d', '1d', 'passed']);
  });

  test('sends only the nearest of what was missed while nobody was there, and nothing twice', async () => {
    const store = await storeWith(expiring(20 * DAY));
    const clock = manualClock();
    expect(await runFor(store, clock, 7 * DAY)).toEqual(['14d']);
    clock.advance(11 * DAY);
    expect(await runFor(store, clock, DAY + HOUR)).toEqual(['3d', '1d']);
    expect(await runFor(store, clock, HOUR)).toEqual([]);
    clock.advance(10 * DAY);
    expect(await runFor(store, clock, HOUR)).toEqual(['passed']);
  });

  test('warns again for a new token', async () => {
    const store = await storeWith(expiring(DAY));
    const clock = manualClock();
    expect(await runFor(store, clock, HOUR)).toEqual(['1d']);
    const known = await store.get({ kind: 'subscription', id: 'team-a' });
    await store.put({ ...expiring(2 * DAY), fingerprint: 'new', warned: [] }, known?.revision ?? 0);
    expect(await runFor(store, clock, HOUR)).toEqual(['3d']);
  });

  test('tries again when the notice could not be sent', async () => {
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
    const ladder = startLadder({ store, publisher, clock, telemetry: silentSubscriptionTelemetry });
    const view = await startSubscriptionView(store, (key, record) => ladder.watch(key, record));
    for (let step = 0; step < 10; step += 1) {
      clock.advance(10_000);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    view.stop();
    await ladder.stop();
    expect(sent).toHaveLength(1);
  });
});

import { afterEach, expect, test, vi } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { createMemorySubscriptionStore } from '../../../src/memory/memory-subscription-store.ts';
import type { SubscriptionStore } from '../../../src/pipeline/ports/subscription-ports.ts';
import { updateSubscription } from '../../../src/subscriptions/record/registry.ts';
import { subscription, TEAM_A } from '../../support/subscriptions.ts';

afterEach(() => vi.restoreAllMocks());
const rename = (name: string) => (before: SubscriptionRecord | undefined) => ({ ...(before ?? subscription()), name });
const nameOf = async (store: SubscriptionStore) => (await store.get(TEAM_A))?.record?.name;

/** A store whose first `races` writes another writer is faster with. */
function contended(races: number) {
  const store = createMemorySubscriptionStore();
  let left = races;
  const raced: SubscriptionStore = {
    ...store,
    async put(record, revision) {
      if (left > 0) {
        left -= 1;
        const known = await store.get(TEAM_A);
        await store.put({ ...subscription(), agents: [`writer-${left}`] }, known?.revision ?? 0);
      }
      return store.put(record, revision);
    },
  };
  return { store, raced };
}

test('a change is stored, and the record comes back as it now is', async () => {
  const store = createMemorySubscriptionStore();
  expect(await updateSubscription(store, TEAM_A, rename('one'))).toMatchObject({ name: 'one' });
  await updateSubscription(store, TEAM_A, rename('two'));
  expect(await nameOf(store)).toBe('two');
});

test('what changes nothing writes nothing', async () => {
  const store = createMemorySubscriptionStore();
  expect(await updateSubscription(store, TEAM_A, () => undefined)).toBeUndefined();
  expect(await store.get(TEAM_A)).toBeUndefined();
  await store.put(subscription(), 0);
  const before = await store.get(TEAM_A);
  expect(await updateSubscription(store, TEAM_A, (record) => record)).toBe(before?.record);
  expect(await updateSubscription(store, TEAM_A, () => undefined)).toBe(before?.record);
  expect((await store.get(TEAM_A))?.revision).toBe(before?.revision);
});

test('where another writer is faster, the change is decided anew from what that one wrote', async () => {
  const { store, raced } = contended(1);
  const seen: (readonly string[] | undefined)[] = [];
  await updateSubscription(raced, TEAM_A, (before) => {
    seen.push(before?.agents);
    return rename('mine')(before);
  });
  expect(seen).toEqual([undefined, ['writer-0']]);
  expect((await store.get(TEAM_A))?.record).toMatchObject({ name: 'mine', agents: ['writer-0'] });
});

test('a record that never stands still is an error, not an endless loop', async () => {
  // Makes the random pauses between the tries short.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { raced } = contended(Number.POSITIVE_INFINITY);
  await expect(updateSubscription(raced, TEAM_A, rename('mine'))).rejects.toMatchObject({
    code: 'SUBSCRIPTION_CONTENDED',
    message: expect.stringContaining('subscription.team-a'),
  });
});

test('what the store throws comes through', async () => {
  const store = { ...createMemorySubscriptionStore(), get: () => Promise.reject(new Error('away')) };
  await expect(updateSubscription(store, TEAM_A, rename('mine'))).rejects.toThrow('away');
});

import { describe, expect, test } from 'vitest';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { createMemorySubscriptionStore } from '../../src/memory/memory-subscription-store.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createSubscriptionStore } from '../../src/nats/store/subscription-store.ts';
import type { SubscriptionStore } from '../../src/pipeline/ports/subscription-ports.ts';
import { updateSubscription } from '../../src/subscriptions/record/registry.ts';
import { type NatsKind, useNatsKinds } from '../support/nats-kinds.ts';
import { subscription } from '../support/subscriptions.ts';

const kinds = useNatsKinds();
let last = 0;
const fresh = (over = {}) => {
  last += 1;
  return subscription(`team-${last}`, over);
};

const bucketsOf = ({ connection, replicas }: NatsKind) => ensureStreams(connection(), createSubjects(), replicas);

const natsStore = (kind: NatsKind) => async (): Promise<SubscriptionStore> => {
  const buckets = await bucketsOf(kind);
  return createSubscriptionStore(buckets.subscriptions, (key, reason) => {
    throw new Error(`${key}: ${reason}`);
  });
};

describe.each([
  ...Object.entries(kinds).map(([name, kind]) => [name, natsStore(kind)] as const),
  ['memory', async () => createMemorySubscriptionStore()] as const,
])('the store of subscriptions over %s', (_name, createStore) => {
  test('knows nothing of what was never stored', async () => {
    expect(await (await createStore()).get(fresh())).toBeUndefined();
  });

  test.each(['team-plain', 'Team A / Berlin', 'münchen@example.com', 'a.b.c', '>', '*', '日本'])(
    'reads back what was stored under %s',
    async (id) => {
      const store = await createStore();
      const record = subscription(id);
      expect(await store.put(record, 0)).toBe(true);
      expect((await store.get({ kind: 'subscription', id }))?.record).toEqual(record);
      expect(await store.get({ kind: 'api_key', id })).toBeUndefined();
    },
  );

  test('refuses a write on an old revision, and changes nothing', async () => {
    const store = await createStore();
    const record = fresh();
    await store.put(record, 0);
    const known = await store.get(record);
    expect(await store.put({ ...record, name: 'second' }, 0)).toBe(false);
    expect(await store.put({ ...record, name: 'third' }, known?.revision ?? -1)).toBe(true);
    expect(await store.put({ ...record, name: 'fourth' }, known?.revision ?? -1)).toBe(false);
    expect((await store.get(record))?.record?.name).toBe('third');
  });

  test('tells a watcher what is there and then what changes', async () => {
    const store = await createStore();
    const record = fresh({ name: 'before' });
    await store.put(record, 0);
    const heard: (string | undefined)[] = [];
    let wake: () => void = () => undefined;
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const watch = await store.watch((key, told) => {
      if (key !== `subscription.${record.id}`) return;
      heard.push(told?.name);
      if (told?.name === 'after') wake();
    });
    await watch.ready;
    expect(heard).toEqual(['before']);
    await store.put({ ...record, name: 'after' }, (await store.get(record))?.revision ?? -1);
    await changed;
    watch.stop();
    expect(heard).toEqual(['before', 'after']);
  });

  test('lets two writers at once both have their say', async () => {
    const store = await createStore();
    const record = fresh({ agents: [] });
    const add = (agent: string) =>
      updateSubscription(store, record, (known) => ({
        ...(known ?? record),
        agents: [...(known ?? record).agents, agent],
      }));
    await Promise.all(Array.from({ length: 10 }, (_, at) => add(`a${at}`)));
    expect((await store.get(record))?.record?.agents.toSorted()).toEqual(
      Array.from({ length: 10 }, (_, at) => `a${at}`),
    );
  });
});

describe('an entry that is no subscription', () => {
  test('is told of, and replaced when something is learned', async () => {
    const buckets = await bucketsOf(kinds.nats);
    const unreadable: string[] = [];
    const store = createSubscriptionStore(buckets.subscriptions, (key) => unreadable.push(key));
    const record = fresh();
    await buckets.subscriptions.put(`subscription.${record.id}`, 'scribble');
    expect((await store.get(record))?.record).toBeUndefined();
    expect(unreadable).toEqual([`subscription.${record.id}`]);
    expect(await updateSubscription(store, record, () => record)).toEqual(record);
    expect((await store.get(record))?.record).toEqual(record);
  });

  test('of a newer knell is never overwritten', async () => {
    const buckets = await bucketsOf(kinds.nats);
    const store = createSubscriptionStore(buckets.subscriptions, () => undefined);
    const record = fresh();
    await buckets.subscriptions.put(`subscription.${record.id}`, JSON.stringify({ schema: 'knell.subscription/v2' }));
    await expect(updateSubscription(store, record, () => record)).rejects.toMatchObject({
      code: 'SUBSCRIPTION_FROM_NEWER_KNELL',
    });
  });
});

import { expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { createMemorySubscriptionStore } from '../../../src/memory/memory-subscription-store.ts';
import type { SubscriptionStore } from '../../../src/pipeline/ports/subscription-ports.ts';
import { addAgent } from '../../../src/subscriptions/record/add-token.ts';
import { createJoinedUpdates } from '../../../src/subscriptions/record/joined-updates.ts';
import { subscription, TEAM_A } from '../../support/subscriptions.ts';

/** A store in memory that counts its writes. `other`: what another worker writes before the first of them. */
async function open(other?: SubscriptionRecord) {
  const memory = createMemorySubscriptionStore();
  await memory.put(subscription(), 0);
  let writes = 0;
  const store: SubscriptionStore = {
    ...memory,
    async put(record, revision) {
      writes += 1;
      if (writes === 1 && other) await memory.put(other, revision);
      return memory.put(record, revision);
    },
  };
  const agents = async () => (await memory.get(TEAM_A))?.record?.agents;
  return { updates: createJoinedUpdates(store), agents, writes: () => writes };
}
const using = (agent: string) => (record: SubscriptionRecord | undefined) => record && addAgent(record, agent);

test('changes that come while one is under way are stored together, each on what the one before left', async () => {
  const { updates, agents, writes } = await open();
  const names = Array.from({ length: 200 }, (_, index) => `b${index}`);
  const joined = await Promise.all(names.map((name) => updates.update(TEAM_A, using(name))));
  expect(writes()).toBe(2);
  expect(await agents()).toEqual([...names.toReversed(), 'a1']);
  expect(joined[7]?.before?.agents[0]).toBe('b6');
  expect(joined[7]?.after?.agents[0]).toBe('b7');
});

test('where another worker was first, all of them are made anew from what that one wrote', async () => {
  const { updates, agents } = await open(subscription('team-a', { agents: ['other', 'a1'] }));
  await Promise.all(['b1', 'b2', 'b3'].map((name) => updates.update(TEAM_A, using(name))));
  expect(await agents()).toEqual(['b3', 'b2', 'b1', 'other', 'a1']);
});

test('a change that changes nothing writes nothing, and one that fails leaves the others alone', async () => {
  const { updates, agents, writes } = await open();
  const failing = () => {
    throw new RangeError('bad');
  };
  const changes = [using('a1'), failing, () => undefined, using('b1')];
  const settled = await Promise.allSettled(changes.map((change) => updates.update(TEAM_A, change)));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect([await agents(), writes()]).toEqual([['b1', 'a1'], 1]);
});

test('where the store is away all fail, and later ones are tried again', async () => {
  const { updates } = await open();
  const memory = createMemorySubscriptionStore();
  let isAway = true;
  const away = createJoinedUpdates({
    ...memory,
    async get(holder) {
      if (isAway) throw new Error('away');
      return memory.get(holder);
    },
  });
  const failed = await Promise.allSettled([1, 2].map(() => away.update(TEAM_A, () => subscription())));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isAway = false;
  expect((await away.update(TEAM_A, () => subscription())).after?.id).toBe('team-a');
  expect((await updates.update(TEAM_A, using('b1'))).after?.agents).toEqual(['b1', 'a1']);
});

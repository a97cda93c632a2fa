import { describe, expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemorySubscriptionStore } from '../../src/memory/memory-subscription-store.ts';
import type { SubscriptionStore } from '../../src/pipeline/ports/subscription-ports.ts';
import { answerPreflight } from '../../src/subscriptions/preflight/preflight.ts';
import { CLOSED } from '../../src/subscriptions/record/new-record.ts';
import { startSubscriptionView } from '../../src/subscriptions/view.ts';
import { subscription, T0 } from '../support/subscriptions.ts';

const MANY = 50_000;
const dead: SubscriptionRecord['breaker'] = {
  ...CLOSED,
  state: 'open',
  since: formatTime(T0),
  category: 'auth.token_expired',
};
const healthy: SubscriptionRecord['health'] = { state: 'healthy', at: formatTime(T0), by: 'run x' };

/** A store that only reports its records, without keeping them twice. */
function storeOf(records: readonly SubscriptionRecord[]): SubscriptionStore {
  return {
    ...createMemorySubscriptionStore(),
    async watch(listener) {
      for (const record of records) listener(`subscription.${record.id}`, record);
      return { ready: Promise.resolve(), stop: () => undefined };
    },
  };
}

describe('a view of 50,000 subscriptions', () => {
  /** All but ten are dead, and five of those are seen to work. */
  const records = Array.from({ length: MANY }, (_, at) => {
    const isGood = at % 5_000 === 2_500;
    const over = isGood ? (at % 10_000 === 2_500 ? { health: healthy } : {}) : { breaker: dead };
    return subscription(`team-${at}`, { agents: [`agent-${at % 100}`], ...over });
  });

  test('finds the few that work among the dead, those that are seen to work first', async () => {
    const view = await startSubscriptionView(storeOf(records));
    await view.loaded;
    expect(view.size).toBe(MANY);
    const { reply } = answerPreflight({ subscription: 'team-0', agent: 'stranger' }, view, T0);
    expect(reply.answer).toBe('refused');
    expect(reply.alternatives).toHaveLength(10);
    const first = reply.alternatives.slice(0, 5).map((id) => Number(id.slice('team-'.length)) % 10_000);
    expect(first).toEqual([2_500, 2_500, 2_500, 2_500, 2_500]);
  });

  test('is listed page by page, each once', async () => {
    const view = await startSubscriptionView(storeOf(records));
    await view.loaded;
    const seen = new Set<string>();
    let after: string | undefined;
    let pages = 0;
    do {
      const page = view.page(after, 200, () => true);
      for (const { id } of page.records) seen.add(id);
      after = page.next ?? undefined;
      pages += 1;
    } while (after !== undefined);
    expect([seen.size, pages]).toEqual([MANY, MANY / 200]);
  });
});

test('a view follows what changes: who uses a subscription, whether it works, whether it is there', async () => {
  const store = createMemorySubscriptionStore();
  const view = await startSubscriptionView(store);
  await view.loaded;
  const record = subscription('team-a', { agents: ['a1'] });
  await store.put(record, 0);
  const revisionOf = async () => (await store.get(record))?.revision ?? 0;
  expect(view.ofAgent('a1').map(({ id }) => id)).toEqual(['team-a']);
  expect(view.free('anthropic', 'unknown', 7, 10)).toHaveLength(1);
  await store.put({ ...record, agents: ['a2'], health: healthy }, await revisionOf());
  expect(view.ofAgent('a1')).toEqual([]);
  expect(view.free('anthropic', 'unknown', 7, 10)).toEqual([]);
  expect(view.free('anthropic', 'healthy', 7, 10)).toHaveLength(1);
  await store.put({ ...record, breaker: dead }, await revisionOf());
  expect(view.free('anthropic', 'unknown', 7, 10)).toEqual([]);
  await store.put({ ...record, removed_at: formatTime(T0) }, await revisionOf());
  expect(view.ofAgent('a1')).toEqual([]);
});

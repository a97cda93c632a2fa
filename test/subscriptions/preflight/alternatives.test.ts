import { expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { alternativesTo } from '../../../src/subscriptions/preflight/alternatives.ts';
import { dead, healthy, limited, registryOf, subscription, T0 } from '../../support/subscriptions.ts';

async function namedFor(agent: string | undefined, others: readonly SubscriptionRecord[], refused = dead()) {
  const { view } = await registryOf(refused, ...others);
  return alternativesTo(refused, agent, view, T0);
}

test("the agent's own come first, then what is seen to work, then what nothing is known against", async () => {
  const others = [
    subscription('own', { agents: ['a1'] }),
    subscription('quiet', { agents: [] }),
    healthy('working', { agents: [] }),
    dead(subscription('dead-too')),
    healthy('elsewhere', { provider: 'openai' }),
    healthy('own-elsewhere', { provider: 'openai', agents: ['a1'] }),
    healthy('gone', { removed_at: formatTime(T0) }),
    limited(subscription('exhausted')),
  ];
  expect(await namedFor('a1', others)).toEqual(['own', 'working', 'quiet']);
  expect(await namedFor(undefined, others)).toEqual(['working', 'own', 'quiet']);
});

test("of the agent's own those come first that are seen to work", async () => {
  const own = { agents: ['a1'] };
  expect(await namedFor('a1', [subscription('quiet', own), healthy('working', own)])).toEqual(['working', 'quiet']);
});

test('ten are named at most, each once', async () => {
  const others = Array.from({ length: 30 }, (_, at) => healthy(`team-${at}`, { agents: at < 5 ? ['a1'] : [] }));
  const named = await namedFor('a1', others);
  expect(named).toHaveLength(10);
  expect(new Set(named).size).toBe(10);
  expect(named.slice(0, 5).sort()).toEqual(['team-0', 'team-1', 'team-2', 'team-3', 'team-4']);
});

test('agents are spread over what works instead of being sent all to the same; one agent always gets the same', async () => {
  const others = Array.from({ length: 40 }, (_, at) => healthy(`team-${at}`, { agents: [] }));
  const firsts = await Promise.all(
    Array.from({ length: 40 }, async (_, at) => (await namedFor(`agent-${at}`, others))[0]),
  );
  expect(new Set(firsts).size).toBeGreaterThan(10);
  expect((await namedFor('agent-7', others))[0]).toBe(firsts[7]);
});

test('an API key has none: it shadows every subscription alike', async () => {
  const key = { ...dead(), kind: 'api_key' as const };
  expect(await namedFor('a1', [healthy('team-b')], key)).toEqual([]);
});

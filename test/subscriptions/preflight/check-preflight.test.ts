import { describe, expect, test } from 'vitest';
import { PreflightReply } from '../../../src/contracts/preflight.ts';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import type { SubscriptionStore } from '../../../src/pipeline/ports/subscription-ports.ts';
import { checkPreflight } from '../../../src/subscriptions/preflight/check-preflight.ts';
import { bindTrial } from '../../../src/subscriptions/record/breaker.ts';
import { updateSubscription } from '../../../src/subscriptions/record/registry.ts';
import { currentToken, withToken } from '../../../src/subscriptions/record/tokens.ts';
import {
  dead,
  HOUR,
  limited,
  MINUTE,
  manualClock,
  registryOf,
  SECOND,
  subscription,
  T0,
} from '../../support/subscriptions.ts';

async function serviceWith(
  records: readonly SubscriptionRecord[],
  nowMs = T0 + 10 * SECOND,
  wrap = (store: SubscriptionStore) => store,
) {
  const { store, view } = await registryOf(...records);
  const clock = manualClock(nowMs);
  const asked = wrap(store);
  const ask = async (request: unknown) => {
    const data = typeof request === 'string' ? request : JSON.stringify(request);
    return PreflightReply.parse(await checkPreflight({ store: asked, view, clock }, Buffer.from(data)));
  };
  const askAll = async (...agents: string[]) => {
    const answers = await Promise.all(agents.map((agent) => ask({ agent, subscription: 'team-a' })));
    return answers.map(({ answer }) => answer).sort();
  };
  return { ask, askAll, clock, store };
}

describe('the one trial of a token that may work again', () => {
  const asked = { agent: 'a1', subscription: 'team-a' };

  test('goes to one of many askers; where the provider named the reset, the others are not refused', async () => {
    const { ask, askAll, clock } = await serviceWith([limited()]);
    expect(await ask(asked)).toMatchObject({ answer: 'refused', until: formatTime(T0 + MINUTE) });
    clock.advance(HOUR);
    expect(await askAll('a1', 'a2', 'a3')).toEqual(['serviceable', 'unknown', 'unknown']);
    expect(await ask(asked)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('trying') });
    clock.advance(6 * MINUTE);
    expect(await ask(asked)).toMatchObject({ answer: 'serviceable' });
  });

  test('goes to one of many askers; where no reset time is known, the others are refused', async () => {
    const { ask, askAll, clock } = await serviceWith([dead(subscription(), { category: 'quota.usage_limit' })]);
    clock.advance(16 * MINUTE);
    expect(await askAll('a1', 'a2', 'a3')).toEqual(['refused', 'refused', 'serviceable']);
    expect(await ask(asked)).toMatchObject({ answer: 'refused' });
  });

  test('goes to one of a hundred who ask in one moment, and the others are told without waiting for the store', async () => {
    const records = [dead(subscription(), { category: 'quota.usage_limit' })];
    let writes = 0;
    const counted = (store: SubscriptionStore): SubscriptionStore => ({
      ...store,
      put: (...given) => {
        writes += 1;
        return store.put(...given);
      },
    });
    const { askAll, clock } = await serviceWith(records, T0 + 10 * SECOND, counted);
    clock.advance(16 * MINUTE);
    const answers = await askAll(...Array.from({ length: 100 }, (_, n) => `a${n}`));
    expect(answers.filter((answer) => answer === 'serviceable')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(99);
    expect(writes).toBe(1);
  });

  test('goes to one of many who do not say who they are, once in a minute until a run has started', async () => {
    const { ask, clock, store } = await serviceWith([dead(subscription(), { category: 'quota.usage_limit' })]);
    const unnamed = { subscription: 'team-a' };
    const answers = async () => {
      const all = await Promise.all(Array.from({ length: 34 }, () => ask(unnamed)));
      return all.filter(({ answer }) => answer !== 'refused').map(({ answer }) => answer);
    };
    clock.advance(16 * MINUTE);
    expect(await answers()).toEqual(['serviceable']);
    clock.advance(30 * SECOND);
    expect(await answers()).toEqual([]);
    expect(await ask(asked)).toMatchObject({ answer: 'refused', reason: expect.stringContaining('an unnamed agent') });
    clock.advance(31 * SECOND);
    expect(await answers()).toEqual(['serviceable']);
    await updateSubscription(store, { kind: 'subscription', id: 'team-a' }, (record) => {
      const token = record && currentToken(record);
      return token && withToken(record, bindTrial(token, 'a7', 'a7.e1.1', clock.now()));
    });
    clock.advance(2 * MINUTE);
    expect(await answers()).toEqual([]);
  });

  test('is written down for the agent that got it', async () => {
    const { ask, store } = await serviceWith([limited()], T0 + 2 * HOUR);
    const known = async () => (await store.get({ kind: 'subscription', id: 'team-a' }))?.record?.breaker.trial;
    await ask(asked);
    expect(await known()).toMatchObject({ agent: 'a1', run: null });
  });

  test('is not promised when the store does not answer in time', async () => {
    const hangs = (store: SubscriptionStore) => ({ ...store, put: () => new Promise<boolean>(() => undefined) });
    const { ask, clock } = await serviceWith([limited()], T0 + 2 * HOUR, hangs);
    const answer = ask(asked);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    clock.advance(50);
    expect(await answer).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('trial') });
  });

  test('whose answer was lost is had again by who asks again, and by the next one a minute later', async () => {
    const { ask, clock } = await serviceWith([dead(subscription(), { category: 'quota.usage_limit' })]);
    clock.advance(16 * MINUTE);
    expect(await ask(asked)).toMatchObject({ answer: 'serviceable' });
    clock.advance(SECOND);
    expect(await ask({ ...asked, agent: 'a2' })).toMatchObject({ answer: 'refused' });
    expect(await ask(asked)).toMatchObject({ answer: 'serviceable' });
    clock.advance(MINUTE);
    expect(await ask({ ...asked, agent: 'a2' })).toMatchObject({ answer: 'serviceable' });
  });

  test('is given back where it was written too late to be promised', async () => {
    let answerNow: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    const slow = (store: SubscriptionStore) => ({
      ...store,
      put: async (...args: Parameters<SubscriptionStore['put']>) => {
        await late;
        return store.put(...args);
      },
    });
    const { ask, clock, store } = await serviceWith([limited()], T0 + 2 * HOUR, slow);
    const answer = ask(asked);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    clock.advance(50);
    expect(await answer).toMatchObject({ answer: 'unknown' });
    answerNow();
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    const known = (await store.get({ kind: 'subscription', id: 'team-a' }))?.record?.breaker;
    expect(known).toMatchObject({ state: 'half_open', trial: null });
  });

  test('is not promised when the store fails', async () => {
    const fails = (store: SubscriptionStore) => ({ ...store, get: () => Promise.reject(new Error('away')) });
    const { ask } = await serviceWith([limited()], T0 + 2 * HOUR, fails);
    expect(await ask(asked)).toMatchObject({ answer: 'unknown' });
  });
});

test('a store that is away refuses nothing that needs no trial', async () => {
  const fails = (store: SubscriptionStore) => ({ ...store, get: () => Promise.reject(new Error('away')) });
  const { ask } = await serviceWith([subscription()], T0, fails);
  expect(await ask({ subscription: 'team-a' })).toMatchObject({ answer: 'serviceable' });
});

test.each<[string, unknown, string]>([
  ['half of some JSON', '{"subscription":', 'not JSON'],
  ['nothing', '', 'not JSON'],
  ['another type', '[]', "can't be read"],
  ['null', 'null', "can't be read"],
  ['an empty name', { subscription: '' }, 'subscription'],
  ['no name', { agent: 'a1' }, 'subscription'],
  ['an agent that is none', { agent: 'a b', subscription: 'team-a' }, 'agent'],
])('a request that is %s is answered with unknown, and with a reason', async (_what, request, reason) => {
  const { ask } = await serviceWith([subscription()]);
  expect(await ask(request)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining(reason) });
});

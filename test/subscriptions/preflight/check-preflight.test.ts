import { describe, expect, test } from 'vitest';
import { PreflightReply } from '../../../src/contracts/preflight.ts';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { createMemorySubscriptionStore } from '../../../src/memory/memory-subscription-store.ts';
import type { SubscriptionStore } from '../../../src/pipeline/ports/subscription-ports.ts';
import { applyFailure } from '../../../src/subscriptions/learn/apply-failure.ts';
import { checkPreflight } from '../../../src/subscriptions/preflight/check-preflight.ts';
import { startSubscriptionView } from '../../../src/subscriptions/view.ts';
import { DAY, HOUR, MINUTE, manualClock, SECOND, subscription, T0, tokenFailure } from '../../support/subscriptions.ts';

const NOW = T0 + 10 * SECOND;
const healthy = (id: string, over: Partial<SubscriptionRecord> = {}) =>
  subscription(id, { health: { state: 'healthy', at: formatTime(T0), by: 'run x' }, ...over });
const dead = (record = subscription(), over = {}) =>
  applyFailure(record, record, tokenFailure({ subscription: record.id }, over), T0, T0) as SubscriptionRecord;
const limited = (record = subscription()) =>
  dead(record, { category: 'quota.usage_limit', not_before: formatTime(T0 + HOUR) });

async function serviceWith(
  records: readonly SubscriptionRecord[],
  nowMs = NOW,
  wrap = (store: SubscriptionStore) => store,
) {
  const memory = createMemorySubscriptionStore();
  for (const record of records) await memory.put(record, 0);
  const view = await startSubscriptionView(memory);
  await view.loaded;
  const clock = manualClock(nowMs);
  const ask = async (request: unknown) => {
    const data = typeof request === 'string' ? request : JSON.stringify(request);
    return PreflightReply.parse(await checkPreflight({ store: wrap(memory), view, clock }, Buffer.from(data)));
  };
  return { ask, clock, memory };
}

describe('preflight', () => {
  test('refuses what is known to be dead, with the evidence, its age and what to use instead', async () => {
    const { ask } = await serviceWith([dead(), healthy('team-b')]);
    expect(await ask({ agent: 'a1', subscription: 'team-a' })).toMatchObject({
      subscription: 'team-a',
      answer: 'refused',
      reason: expect.stringContaining('auth.token_expired'),
      until: null,
      evidence: [{ excerpt: 'OAuth token has expired' }],
      evidence_age_s: 10,
      alternatives: ['team-b'],
    });
  });

  test('refuses an exhausted one until its reset, and lets one agent try then', async () => {
    const { ask, clock } = await serviceWith([limited()]);
    const asked = { agent: 'a1', subscription: 'team-a' };
    expect(await ask(asked)).toMatchObject({ answer: 'refused', until: formatTime(T0 + HOUR) });
    clock.advance(HOUR);
    expect(await ask({ subscription: 'team-a' })).toMatchObject({ answer: 'unknown' });
    const answers = await Promise.all(['a1', 'a2', 'a3'].map((agent) => ask({ agent, subscription: 'team-a' })));
    expect(answers.map(({ answer }) => answer).sort()).toEqual(['serviceable', 'unknown', 'unknown']);
    expect(await ask(asked)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('trying') });
    clock.advance(6 * MINUTE);
    expect(await ask(asked)).toMatchObject({ answer: 'serviceable' });
  });

  test('refuses others while one tries what nobody knows the reset time of', async () => {
    const { ask, clock } = await serviceWith([dead(subscription(), { category: 'quota.usage_limit' })]);
    clock.advance(16 * MINUTE);
    const answers = await Promise.all(['a1', 'a2', 'a3'].map((agent) => ask({ agent, subscription: 'team-a' })));
    expect(answers.map(({ answer }) => answer).sort()).toEqual(['refused', 'refused', 'serviceable']);
    expect(await ask({ agent: 'a1', subscription: 'team-a' })).toMatchObject({ answer: 'refused' });
  });

  test('finds nothing against a subscription that works, or that nobody has complained about', async () => {
    const { ask } = await serviceWith([healthy('team-b'), subscription()]);
    expect(await ask({ subscription: 'team-b' })).toMatchObject({ answer: 'serviceable', evidence_age_s: 10 });
    expect(await ask({ subscription: 'team-a' })).toMatchObject({ answer: 'serviceable', evidence_age_s: null });
  });

  test.each<[string, unknown, string]>([
    ['a subscription nobody knows', { subscription: 'team-x' }, 'nothing is known'],
    ['a subscription that was removed', { subscription: 'gone' }, 'nothing is known'],
    ['no JSON', '{"subscription":', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['another type', '[]', "can't be read"],
    ['null', 'null', "can't be read"],
    ['an empty name', { subscription: '' }, 'subscription'],
    ['no name', { agent: 'a1' }, 'subscription'],
    ['an agent that is none', { agent: 'a b', subscription: 'team-a' }, 'agent'],
  ])('answers unknown, with a reason, to %s', async (_what, request, reason) => {
    const { ask } = await serviceWith([subscription(), subscription('gone', { removed_at: formatTime(T0) })]);
    expect(await ask(request)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining(reason) });
  });

  test('answers unknown until its state is there', async () => {
    const memory = createMemorySubscriptionStore();
    const endless = {
      ...memory,
      watch: async () => ({ ready: new Promise<void>(() => undefined), stop: () => undefined }),
    };
    const view = await startSubscriptionView(endless);
    const reply = await checkPreflight(
      { store: endless, view, clock: manualClock() },
      Buffer.from('{"subscription":"team-a"}'),
    );
    expect(reply).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('not loaded') });
  });

  test('answers unknown in time when the trial can not be reserved', async () => {
    const hangs = (store: SubscriptionStore) => ({ ...store, put: () => new Promise<boolean>(() => undefined) });
    const { ask, clock } = await serviceWith([limited()], T0 + 2 * HOUR, hangs);
    const answer = ask({ agent: 'a1', subscription: 'team-a' });
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    clock.advance(50);
    expect(await answer).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('trial') });
  });

  test('answers unknown when the store fails', async () => {
    const fails = (store: SubscriptionStore) => ({ ...store, get: () => Promise.reject(new Error('away')) });
    const { ask } = await serviceWith([limited()], T0 + 2 * HOUR, fails);
    expect(await ask({ agent: 'a1', subscription: 'team-a' })).toMatchObject({ answer: 'unknown' });
  });

  test('asked with a fingerprint, speaks of that token', async () => {
    const replaced = healthy('team-a', { fingerprint: 'new', other_tokens: [dead()] });
    const { ask } = await serviceWith([replaced]);
    expect(await ask({ subscription: 'team-a' })).toMatchObject({ answer: 'serviceable' });
    expect(await ask({ subscription: 'team-a', fingerprint: 'print-team-a' })).toMatchObject({ answer: 'refused' });
    expect(await ask({ subscription: 'team-a', fingerprint: 'newest' })).toMatchObject({ answer: 'serviceable' });
  });

  test('a token never seen is not refused for what the one before it did', async () => {
    const { ask } = await serviceWith([dead()]);
    expect(await ask({ subscription: 'team-a', fingerprint: 'newest' })).toMatchObject({ answer: 'serviceable' });
  });

  test('blames an API key for itself: the subscription behind it is refused only with that key', async () => {
    const key = dead(
      { ...subscription('key-1'), kind: 'api_key', fingerprint: 'key-1' },
      {
        credential: { kind: 'api_key', subscription: 'team-a', fingerprint: 'key-1' },
      },
    );
    const { ask } = await serviceWith([key, healthy('team-a'), healthy('team-b')]);
    expect(await ask({ subscription: 'team-a' })).toMatchObject({ answer: 'serviceable' });
    expect(await ask({ subscription: 'team-a', fingerprint: 'key-1' })).toMatchObject({
      answer: 'refused',
      reason: expect.stringContaining('API key'),
      alternatives: [],
    });
  });

  test.each<[string, Partial<SubscriptionRecord>, string]>([
    [
      'an estimated expiry that has passed',
      { expires_at: { at: formatTime(T0 - DAY), source: 'estimated' } },
      'serviceable',
    ],
    [
      'an expiry that an operator set and that has passed',
      { expires_at: { at: formatTime(T0 - DAY), source: 'operator' } },
      'refused',
    ],
    [
      'an expiry from the provider that has passed',
      { expires_at: { at: formatTime(T0 - DAY), source: 'provider' } },
      'refused',
    ],
    [
      'an expiry that passed within what clocks differ',
      { expires_at: { at: formatTime(NOW - MINUTE), source: 'operator' } },
      'serviceable',
    ],
    [
      'an expiry after which it still worked',
      { expires_at: { at: formatTime(T0 - DAY), source: 'operator' }, vouched_at: formatTime(T0) },
      'serviceable',
    ],
  ])('%s', async (_what, over, answer) => {
    const { ask } = await serviceWith([subscription('team-a', over)]);
    expect(await ask({ subscription: 'team-a' })).toMatchObject({ answer });
  });
});

describe('the alternatives', () => {
  test("name the agent's own first, then what is seen to work, then what nothing is known against", async () => {
    const { ask } = await serviceWith([
      dead(),
      subscription('own', { agents: ['a1'] }),
      subscription('quiet', { agents: [] }),
      healthy('working', { agents: [] }),
      dead(subscription('dead-too')),
      healthy('elsewhere', { provider: 'openai' }),
      healthy('gone', { removed_at: formatTime(T0) }),
      limited(subscription('exhausted')),
    ]);
    const { alternatives } = await ask({ agent: 'a1', subscription: 'team-a' });
    expect(alternatives).toEqual(['own', 'working', 'quiet']);
  });

  test('spread agents over what works instead of sending all to the same', async () => {
    const others = Array.from({ length: 40 }, (_, at) => healthy(`team-${at}`, { agents: [] }));
    const { ask } = await serviceWith([dead(), ...others]);
    const firsts = new Set<string | undefined>();
    for (let at = 0; at < 40; at += 1) {
      const { alternatives } = await ask({ agent: `agent-${at}`, subscription: 'team-a' });
      expect(alternatives).toHaveLength(10);
      firsts.add(alternatives[0]);
    }
    expect(firsts.size).toBeGreaterThan(10);
  });
});

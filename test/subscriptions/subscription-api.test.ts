import { describe, expect, test } from 'vitest';
import type { SubscriptionVerb } from '../../src/contracts/subjects.ts';
import { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { SubscriptionChanged, SubscriptionPage } from '../../src/contracts/subscription-api.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { answerApi } from '../../src/subscriptions/subscription-api.ts';
import { DAY, HOUR, manualClock, registryOf, subscription, T0 } from '../support/subscriptions.ts';

async function api(...records: SubscriptionRecord[]) {
  const { store, view } = await registryOf(...records);
  const options = { store, view, clock: manualClock(T0 + HOUR) };
  const call = (verb: SubscriptionVerb, request: unknown) =>
    answerApi(options, verb, Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)));
  return {
    call,
    store,
    set: async (request: object) =>
      SubscriptionChanged.parse(await call('set', { id: 'team-a', by: 'ann', ...request })).subscription,
    list: async (request: object) => SubscriptionPage.parse(await call('list', request)),
  };
}

describe('set', () => {
  test('registers a subscription, and the audit says who did', async () => {
    const { set } = await api();
    const record = await set({ provider: 'anthropic', issued_at: formatTime(T0), name: 'Team A' });
    expect(SubscriptionRecord.parse(record)).toMatchObject({
      id: 'team-a',
      name: 'Team A',
      expires_at: { at: formatTime(T0 + 365 * DAY), source: 'estimated' },
      audit: [{ by: 'ann', what: expect.stringContaining('registered') }],
    });
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'not JSON'],
    ['no one who says so', { id: 'team-a' }, 'by:'],
    ['no id', { by: 'ann' }, 'id:'],
    ['an id with a line feed', { id: 'a\nb', by: 'ann' }, 'control characters'],
    [
      'what can not be, such as an issue date that is still to come',
      { id: 'a', by: 'ann', issued_at: formatTime(T0 + DAY) },
      'still to come',
    ],
    ['a time that is none', { id: 'a', by: 'ann', issued_at: 'yesterday' }, 'issued_at'],
  ])('refuses %s, and says why', async (_what, request, message) => {
    const { call } = await api();
    expect(await call('set', request)).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining(message),
    });
  });

  test('by many writers at once loses none of them', async () => {
    const { set, store } = await api();
    await Promise.all(Array.from({ length: 20 }, (_, at) => set({ by: `writer-${at}`, name: `name ${at}` })));
    const known = await store.get({ kind: 'subscription', id: 'team-a' });
    expect(new Set(known?.record?.audit.map(({ by }) => by)).size).toBe(20);
  });
});

test('a store that does not answer is said to be unavailable, whatever was asked', async () => {
  const { store, view } = await registryOf();
  const options = { store: { ...store, get: () => Promise.reject(new Error('away')) }, view, clock: manualClock(T0) };
  const request = Buffer.from(JSON.stringify({ id: 'team-a', by: 'ann' }));
  for (const verb of ['set', 'remove'] as const) {
    expect(await answerApi(options, verb, request)).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/away \(see "knell doctor"\)$/),
    });
  }
  const unread = { ...options, view: { ...view, ready: false } };
  expect(await answerApi(unread, 'list', Buffer.from(''))).toMatchObject({ code: 'UNAVAILABLE' });
});

describe('remove', () => {
  test('takes a subscription out of the list, and keeps its audit', async () => {
    const { call, list } = await api(subscription());
    await call('remove', { id: 'team-a', by: 'ann' });
    expect((await list({})).subscriptions).toEqual([]);
    expect((await list({ removed: true })).subscriptions[0]?.audit[0]).toMatchObject({ by: 'ann' });
  });

  test('of what is not there says so', async () => {
    const { call } = await api();
    expect(await call('remove', { id: 'team-x', by: 'ann' })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('list', () => {
  test('shows all, page by page, each once', async () => {
    const { list } = await api(...Array.from({ length: 25 }, (_, at) => subscription(`team-${at}`)));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: SubscriptionPage = await list({ limit: 10, ...(after === null ? {} : { after }) });
      seen.push(...page.subscriptions.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  test('stays within what a message may be, however much there is', async () => {
    const agents = Array.from({ length: 500 }, (_, at) => `agent-with-a-rather-long-name-${at}`);
    const { list } = await api(...Array.from({ length: 120 }, (_, at) => subscription(`team-${at}`, { agents })));
    const page = await list({ limit: 200 });
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(700 * 1024);
    expect(page.next).not.toBeNull();
  });

  test.each<[string, object, string[]]>([
    ['a provider', { provider: 'openai' }, ['team-b']],
    ['an agent', { agent: 'a7' }, ['team-c']],
    ['a token, also one before the one in use', { fingerprint: 'print-old' }, ['team-c']],
    ['an id', { id: 'team-a' }, ['team-a']],
  ])('finds by %s', async (_what, request, ids) => {
    const { list } = await api(
      subscription(),
      subscription('team-b', { provider: 'openai' }),
      subscription('team-c', { agents: ['a7'], other_tokens: [subscription('old')] }),
    );
    expect((await list(request)).subscriptions.map(({ id }) => id)).toEqual(ids);
  });

  test('refuses a limit that does not fit', async () => {
    const { call } = await api();
    expect(await call('list', { limit: 0 })).toMatchObject({ code: 'BAD_REQUEST' });
  });
});

import { describe, expect, test } from 'vitest';
import type { SubscriptionVerb } from '../../src/contracts/subjects.ts';
import { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { SubscriptionChanged, SubscriptionPage } from '../../src/contracts/subscription-api.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemorySubscriptionStore } from '../../src/memory/memory-subscription-store.ts';
import { applyFailure } from '../../src/subscriptions/learn/apply-failure.ts';
import { answerApi } from '../../src/subscriptions/subscription-api.ts';
import { startSubscriptionView } from '../../src/subscriptions/view.ts';
import { DAY, HOUR, manualClock, subscription, T0, tokenFailure } from '../support/subscriptions.ts';

async function api(...records: SubscriptionRecord[]) {
  const store = createMemorySubscriptionStore();
  for (const record of records) await store.put(record, 0);
  const view = await startSubscriptionView(store);
  await view.loaded;
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

const dead = () => applyFailure(subscription(), subscription(), tokenFailure(), T0, T0) as SubscriptionRecord;

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

  test('leaves alone what it does not name', async () => {
    const { set } = await api(subscription('team-a', { name: 'Team A', issued_at: formatTime(T0 - DAY) }));
    expect(await set({ provider: 'openai' })).toMatchObject({ name: 'Team A', issued_at: formatTime(T0 - DAY) });
  });

  test('with another fingerprint starts over, with the same one does not', async () => {
    const { set } = await api(dead());
    expect((await set({ fingerprint: 'print-team-a' })).breaker.state).toBe('open');
    expect(await set({ fingerprint: 'new' })).toMatchObject({
      breaker: { state: 'closed' },
      other_tokens: [{ breaker: { state: 'open' } }],
    });
  });

  test('of the first fingerprint names the token that is there, unless something is held against it', async () => {
    const unnamed = subscription('team-a', { fingerprint: null, issued_at: formatTime(T0 - DAY) });
    const { set } = await api(unnamed);
    expect(await set({ fingerprint: 'print-1' })).toMatchObject({
      fingerprint: 'print-1',
      issued_at: formatTime(T0 - DAY),
      other_tokens: [],
    });
    const failing = await api({ ...dead(), fingerprint: null });
    expect(await failing.set({ fingerprint: 'print-1' })).toMatchObject({
      breaker: { state: 'closed' },
      issued_at: null,
    });
  });

  test('clears what is held against the token, and evidence from before no longer counts', async () => {
    const { set } = await api(dead());
    const cleared = await set({ clear: true });
    expect(cleared.breaker.state).toBe('closed');
    expect(applyFailure(cleared, cleared, tokenFailure(), T0 + 2 * HOUR, T0 + 2 * HOUR)?.breaker.state).toBe('closed');
  });

  test('of another expiry starts the warnings over, of the same one does not', async () => {
    const expires_at = formatTime(T0 + 10 * DAY);
    const { set } = await api(
      subscription('team-a', { expires_at: { at: expires_at, source: 'operator' }, warned: ['14d'] }),
    );
    expect((await set({ expires_at })).warned).toEqual(['14d']);
    expect((await set({ expires_at: formatTime(T0 + 100 * DAY) })).warned).toEqual([]);
    expect((await set({ expires_at: null })).expires_at).toBeNull();
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'not JSON'],
    ['nobody to answer for it', { id: 'team-a' }, 'by:'],
    ['no id', { by: 'ann' }, 'id:'],
    ['an id with a line feed', { id: 'a\nb', by: 'ann' }, 'control characters'],
    ['an issue date that is still to come', { id: 'a', by: 'ann', issued_at: formatTime(T0 + DAY) }, 'still to come'],
    [
      'an expiry before the issue',
      { id: 'a', by: 'ann', issued_at: formatTime(T0), expires_at: formatTime(T0 - DAY) },
      'not after',
    ],
    ['a time that is none', { id: 'a', by: 'ann', issued_at: 'yesterday' }, 'issued_at'],
    [
      'a key with another fingerprint',
      { id: 'k', kind: 'api_key', by: 'ann', fingerprint: 'x' },
      'leave the fingerprint out',
    ],
  ])('refuses %s, and says why', async (_what, request, message) => {
    const { call } = await api();
    expect(await call('set', request)).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining(message),
    });
  });

  test('by many writers at once loses no one', async () => {
    const { set, store } = await api();
    await Promise.all(Array.from({ length: 20 }, (_, at) => set({ by: `writer-${at}`, name: `name ${at}` })));
    const known = await store.get({ kind: 'subscription', id: 'team-a' });
    expect(new Set(known?.record?.audit.map(({ by }) => by)).size).toBe(20);
  });
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

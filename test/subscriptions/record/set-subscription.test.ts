import { describe, expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { SetSubscription } from '../../../src/contracts/subscription-api.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { applyFailure } from '../../../src/subscriptions/learn/apply-failure.ts';
import {
  objectionTo,
  removeSubscription,
  setSubscription,
} from '../../../src/subscriptions/record/set-subscription.ts';
import { DAY, dead, HOUR, MINUTE, subscription, T0, tokenFailure } from '../../support/subscriptions.ts';

const NOW = T0 + HOUR;
const asked = (request: object) => SetSubscription.parse({ id: 'team-a', by: 'ann', ...request });
const set = (before: SubscriptionRecord | undefined, request: object = {}) =>
  setSubscription(before, asked(request), NOW);
const done = (record: SubscriptionRecord) => record.audit[0]?.what;

describe('what an operator says', () => {
  test('registers a subscription that is new, and stands in the audit', () => {
    const record = set(undefined, { name: 'Team A', provider: 'openai', fingerprint: '0123456789' });
    expect(record).toMatchObject({ id: 'team-a', name: 'Team A', provider: 'openai', fingerprint: '0123456789' });
    expect(record.audit).toEqual([
      { at: formatTime(NOW), by: 'ann', what: 'registered; name Team A; provider openai' },
    ]);
  });

  test('leaves alone what it does not name, and what is said again is called that', () => {
    const known = subscription('team-a', { name: 'Team A', issued_at: formatTime(T0 - DAY) });
    expect(set(known, { provider: 'openai' })).toMatchObject({ name: 'Team A', issued_at: formatTime(T0 - DAY) });
    expect(done(set(known, { name: 'Team A' }))).toBe('set to what it was');
  });

  test('brings a removed subscription back', () => {
    const record = set(subscription('team-a', { removed_at: formatTime(T0) }));
    expect([record.removed_at, done(record)]).toEqual([null, 'registered again']);
  });

  test('of an API key is about the key that its id is', () => {
    const record = set(undefined, { id: 'print-k', kind: 'api_key' });
    expect(record).toMatchObject({ kind: 'api_key', fingerprint: 'print-k' });
  });
});

describe('a fingerprint', () => {
  test('that is another starts over, the same one does not', () => {
    expect(set(dead(), { fingerprint: 'print-team-a' }).breaker.state).toBe('open');
    const record = set(dead(), { fingerprint: 'new' });
    expect(record).toMatchObject({ breaker: { state: 'closed' }, other_tokens: [{ breaker: { state: 'open' } }] });
    expect(done(record)).toBe('token print-te was replaced by token new');
  });

  test('that is the first names the token that is there, unless something is held against it', () => {
    const unnamed = subscription('team-a', { fingerprint: null, issued_at: formatTime(T0 - DAY) });
    expect(set(unnamed, { fingerprint: 'print-1' })).toMatchObject({
      fingerprint: 'print-1',
      issued_at: formatTime(T0 - DAY),
      other_tokens: [],
    });
    expect(set({ ...dead(), fingerprint: null }, { fingerprint: 'print-1' })).toMatchObject({
      breaker: { state: 'closed' },
      issued_at: null,
    });
  });
});

describe('clear', () => {
  test('takes back what is held against the token, and evidence from before no longer counts', () => {
    const cleared = set(dead(), { clear: true });
    expect(cleared.breaker.state).toBe('closed');
    expect(cleared.health).toMatchObject({ state: 'unknown', by: 'ann' });
    const later = (atMs: number) => applyFailure(cleared, cleared, tokenFailure({ atMs }), NOW + HOUR, NOW + HOUR);
    expect(later(NOW)?.breaker.state).toBe('closed');
    expect(later(NOW + MINUTE)?.breaker.state).toBe('open');
  });

  test('with a new token clears that one', () => {
    const record = set(dead(), { fingerprint: 'new', clear: true });
    expect(record.other_tokens[0]?.breaker.state).toBe('open');
  });
});

describe('an expiry', () => {
  const at = formatTime(T0 + 10 * DAY);
  const warned = subscription('team-a', { expires_at: { at, source: 'operator' }, warned: ['14d'] });

  test('that is another starts the warnings over, the same one does not', () => {
    expect(set(warned, { expires_at: at }).warned).toEqual(['14d']);
    expect(set(warned, { name: 'x' })).toMatchObject({ warned: ['14d'], expires_at: { at } });
    expect(set(warned, { expires_at: formatTime(T0 + 100 * DAY) })).toMatchObject({
      warned: [],
      expires_at: { at: formatTime(T0 + 100 * DAY), source: 'operator' },
    });
  });

  test('that is taken back is unknown, or estimated where the issue date is known', () => {
    expect(set(warned, { expires_at: null })).toMatchObject({ expires_at: null, warned: [] });
    expect(set({ ...warned, issued_at: formatTime(T0) }, { expires_at: null }).expires_at).toEqual({
      at: formatTime(T0 + 365 * DAY),
      source: 'estimated',
    });
  });

  test('is estimated anew from another issue date, unless an operator has set it', () => {
    expect(set(subscription(), { issued_at: formatTime(T0) }).expires_at).toEqual({
      at: formatTime(T0 + 365 * DAY),
      source: 'estimated',
    });
    expect(set(warned, { issued_at: formatTime(T0) }).expires_at).toEqual({ at, source: 'operator' });
  });
});

describe('what can not be is refused:', () => {
  test.each<[string, object, string | undefined]>([
    ['an issue date that is still to come', { issued_at: formatTime(NOW + DAY) }, 'still to come'],
    [
      'an issue date that is ahead by no more than clocks differ',
      { issued_at: formatTime(NOW + 2 * MINUTE) },
      undefined,
    ],
    ['an expiry before the issue', { issued_at: formatTime(T0), expires_at: formatTime(T0 - DAY) }, 'not after'],
    [
      'an expiry at the very moment of the issue',
      { issued_at: formatTime(T0), expires_at: formatTime(T0) },
      'not after',
    ],
    ['an expiry that is not known', { issued_at: formatTime(T0), expires_at: null }, undefined],
    ['an expiry in the past alone', { expires_at: formatTime(T0 - DAY) }, undefined],
    ['a key with another fingerprint', { kind: 'api_key', fingerprint: 'x' }, 'leave the fingerprint out'],
    ['a key with its own fingerprint', { kind: 'api_key', fingerprint: 'team-a' }, undefined],
  ])('%s', (_what, request, words) => {
    const objection = objectionTo(asked(request), NOW);
    if (words === undefined) expect(objection).toBeUndefined();
    else expect(objection).toContain(words);
  });
});

describe('a removal', () => {
  const request = { kind: 'subscription', id: 'team-a', by: 'ann' } as const;

  test('leaves the record with its audit', () => {
    const record = removeSubscription(subscription(), request, NOW);
    expect(record?.removed_at).toBe(formatTime(NOW));
    expect(record?.audit[0]).toEqual({ at: formatTime(NOW), by: 'ann', what: 'removed subscription.team-a' });
  });

  test('of what is not there, or is removed already, changes nothing', () => {
    expect(removeSubscription(undefined, request, NOW)).toBeUndefined();
    const removed = subscription('team-a', { removed_at: formatTime(T0) });
    expect(removeSubscription(removed, request, NOW)).toBe(removed);
  });
});

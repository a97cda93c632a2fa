import { describe, expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { newToken } from '../../../src/subscriptions/record/new-record.ts';
import {
  currentToken,
  TAKEOVER_MS,
  takesOver,
  tokenMeant,
  tokenOf,
  useToken,
  withToken,
} from '../../../src/subscriptions/record/tokens.ts';
import { DAY, dead, HOUR, subscription, T0 } from '../../support/subscriptions.ts';

const former = newToken('former', T0 - DAY);
/** A subscription whose token was replaced at T0. */
const replaced = (over: Partial<SubscriptionRecord> = {}) =>
  subscription('team-a', { fingerprint: 'new', first_seen_at: formatTime(T0), other_tokens: [former], ...over });

describe('the state of a token', () => {
  test('is that of the one in use, without what is about the subscription', () => {
    const token = currentToken(replaced());
    expect(token).toMatchObject({ fingerprint: 'new', first_seen_at: formatTime(T0) });
    expect(Object.keys(token).sort()).toEqual(Object.keys(former).sort());
  });

  test('is found by its fingerprint, and there is none for a token it never had', () => {
    expect(tokenOf(replaced(), 'new')).toEqual(currentToken(replaced()));
    expect(tokenOf(replaced(), 'former')).toBe(former);
    expect(tokenOf(replaced(), 'never')).toBeUndefined();
  });

  test('is changed where it stands, and nowhere else', () => {
    const warned = { ...former, warned: ['14d' as const] };
    expect(withToken(replaced(), warned)).toEqual({ ...replaced(), other_tokens: [warned] });
    const token = { ...currentToken(replaced()), warned: ['7d' as const] };
    expect(withToken(replaced(), token)).toEqual({ ...replaced(), warned: ['7d'] });
    expect(withToken(replaced(), newToken('never', T0))).toEqual(replaced());
  });
});

describe('an observation', () => {
  test('with a fingerprint is about that token, and about none where it is not known', () => {
    expect(tokenMeant(replaced(), 'former', T0)).toBe(former);
    expect(tokenMeant(replaced(), 'never', T0)).toBeUndefined();
  });

  test('with a fingerprint is about the first token where none had a fingerprint yet', () => {
    expect(tokenMeant(subscription('team-a', { fingerprint: null }), 'first', T0)?.fingerprint).toBeNull();
  });

  test.each<[string, SubscriptionRecord, number, string | undefined]>([
    ['is about the only token there is', subscription(), T0, 'print-team-a'],
    ['is about none while runs of the token before may be alive', replaced(), T0 + TAKEOVER_MS - 1, undefined],
    ['is about the one in use once they can not be any more', replaced(), T0 + TAKEOVER_MS, 'new'],
  ])('without a fingerprint %s', (_what, record, observedMs, expected) => {
    expect(tokenMeant(record, undefined, observedMs)?.fingerprint).toBe(expected);
  });
});

describe('a token that is put in use', () => {
  test('starts over where it is new; the one before it is remembered as it was', () => {
    const record = useToken(dead(), 'new', T0 + HOUR);
    expect(record).toMatchObject({
      fingerprint: 'new',
      first_seen_at: formatTime(T0 + HOUR),
      breaker: { state: 'closed' },
      other_tokens: [{ fingerprint: 'print-team-a', breaker: { state: 'open' } }],
    });
  });

  test('comes back with all that is known of it, and changes places', () => {
    const back = useToken(useToken(dead(), 'new', T0 + HOUR), 'print-team-a', T0 + DAY);
    expect(back.breaker.state).toBe('open');
    expect(back.other_tokens.map(({ fingerprint }) => fingerprint)).toEqual(['new']);
  });

  test('changes nothing where it is in use already', () => {
    const record = replaced();
    expect(useToken(record, 'new', T0 + HOUR)).toBe(record);
  });

  test('lets the oldest of more than eight others be forgotten', () => {
    let record = subscription('team-a', { fingerprint: 't0' });
    for (let number = 1; number <= 10; number += 1) record = useToken(record, `t${number}`, T0 + number);
    expect(record.other_tokens.map(({ fingerprint }) => fingerprint)).toEqual(
      [9, 8, 7, 6, 5, 4, 3, 2].map((number) => `t${number}`),
    );
  });
});

describe('a token that a run starts with takes over', () => {
  test.each<[string, SubscriptionRecord, string, number, boolean]>([
    ['where it is new', replaced(), 'newest', T0 + HOUR, true],
    ['where it is new and was seen at the very same moment', replaced(), 'newest', T0, true],
    ['not where it was seen before the one in use', replaced(), 'older', T0 - 1, false],
    ['not where it is in use', replaced(), 'new', T0 + HOUR, false],
    ['not where agents still hold the one before', replaced(), 'former', T0 + HOUR, false],
    [
      'where the newer one is dead',
      { ...dead(replaced(), { credential: { kind: 'oauth', subscription: 'team-a', fingerprint: 'new' } }) },
      'former',
      T0 + 1,
      true,
    ],
    [
      'not where both are dead',
      { ...dead(), other_tokens: [{ ...currentToken(dead()), fingerprint: 'former' }] },
      'former',
      T0 + 1,
      false,
    ],
  ])('%s', (_what, record, fingerprint, seenMs, expected) => {
    expect(takesOver(record, fingerprint, seenMs)).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import type { Expiry, ExpirySource, SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { estimateExpiry, nextWarningMs, rungDue, rungsUpTo } from '../../../src/subscriptions/record/expiry.ts';
import { DAY, subscription, T0 } from '../../support/subscriptions.ts';

const expiresIn = (ms: number, source: ExpirySource = 'operator'): Expiry => ({ at: formatTime(T0 + ms), source });
const expiring = (ms: number, over: Partial<SubscriptionRecord> = {}) =>
  subscription('team-a', { expires_at: expiresIn(ms), ...over });

describe('the rung that is due', () => {
  test.each<[string, number, string | undefined]>([
    ['15 days ahead', 15 * DAY, undefined],
    ['14 days ahead to the millisecond', 14 * DAY, '14d'],
    ['13 days ahead', 13 * DAY, '14d'],
    ['7 days ahead', 7 * DAY, '7d'],
    ['3 days ahead', 3 * DAY, '3d'],
    ['a day ahead', DAY, '1d'],
    ['a millisecond ahead', 1, '1d'],
    ['when it has passed', 0, 'passed'],
    ['a year after', -365 * DAY, 'passed'],
  ])('%s', (_when, ms, rung) => {
    expect(rungDue(expiring(ms), T0)).toBe(rung);
  });

  test('is due once', () => {
    expect(rungDue(expiring(6 * DAY, { warned: ['14d', '7d'] }), T0)).toBeUndefined();
  });

  test('is never due for what was removed, or whose end is not known', () => {
    expect(rungDue(expiring(DAY, { removed_at: formatTime(T0) }), T0)).toBeUndefined();
    expect(rungDue(subscription(), T0)).toBeUndefined();
    expect(nextWarningMs(subscription())).toBeUndefined();
  });
});

describe('the estimate', () => {
  const issued = (over: Partial<SubscriptionRecord>) =>
    estimateExpiry(subscription('team-a', { issued_at: formatTime(T0), ...over }));

  test("is a year after the issue of an Anthropic subscription's token", () => {
    expect(issued({})).toEqual(expiresIn(365 * DAY, 'estimated'));
  });

  test('is not made where tokens are not known to live a year', () => {
    expect(issued({ provider: 'openai' })).toBeNull();
    expect(issued({ kind: 'api_key' })).toBeNull();
    expect(issued({ issued_at: null })).toBeNull();
  });

  test('gives way to what an operator or the provider says', () => {
    expect(issued({ expires_at: expiresIn(DAY) })).toEqual(expiresIn(DAY));
  });
});

test('the next warning is the first that this token has not had, overdue or not', () => {
  const nextOf = (over: Partial<SubscriptionRecord>) => nextWarningMs(expiring(20 * DAY, over));
  expect(nextOf({})).toBe(T0 + 6 * DAY);
  expect(nextOf({ warned: ['14d', '7d'] })).toBe(T0 + 17 * DAY);
  expect(nextOf({ warned: ['14d', '7d', '3d', '1d'] })).toBe(T0 + 20 * DAY);
  expect(nextOf({ warned: ['14d', '7d', '3d', '1d', 'passed'] })).toBeUndefined();
  expect(nextOf({ removed_at: formatTime(T0) })).toBeUndefined();
  expect(nextWarningMs(expiring(-DAY))).toBe(T0 - 15 * DAY);
});

test('a rung that was sent is done with, and so are all farther ones', () => {
  expect(rungsUpTo('14d')).toEqual(['14d']);
  expect(rungsUpTo('3d')).toEqual(['14d', '7d', '3d']);
  expect(rungsUpTo('passed')).toEqual(['14d', '7d', '3d', '1d', 'passed']);
});

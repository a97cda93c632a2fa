import { describe, expect, test } from 'vitest';
import type { ExpirySource, SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import {
  CLOCK_SKEW_MS,
  isLikelyOver,
  preference,
  statusOf,
} from '../../../src/subscriptions/preflight/token-status.ts';
import { grantTrial, TRIAL_MS } from '../../../src/subscriptions/record/breaker.ts';
import { DAY, dead, HOUR, healthy, limited, MINUTE, subscription, T0 } from '../../support/subscriptions.ts';

/** One run is finding out, from an hour after T0 on. */
const trying = (record: SubscriptionRecord) => ({ ...record, ...grantTrial(record, 'a7', T0 + HOUR) });

describe('the status of a token', () => {
  test.each<[string, SubscriptionRecord, number, string]>([
    ['that nothing is known of', subscription(), T0, 'good'],
    ['that was seen to work', healthy('team-a'), T0, 'good'],
    ['that was refused', dead(), T0, 'refused'],
    ['whose first trial is a minute away', dead(), T0 + MINUTE - 1, 'refused'],
    ['whose first trial is due', dead(), T0 + MINUTE, 'trial'],
    ['that is tried, and that has no reset time', trying(dead()), T0 + HOUR, 'refused'],
    ['that is tried, and whose reset time has come', trying(limited()), T0 + HOUR, 'trying'],
    ['whose trial has shown nothing for five minutes', trying(limited()), T0 + HOUR + TRIAL_MS, 'trial'],
  ])('%s', (_what, record, nowMs, state) => {
    expect(statusOf(record, nowMs).state).toBe(state);
  });

  test('comes with the cause, until when, the evidence and when it was seen', () => {
    expect(statusOf(limited(), T0)).toMatchObject({
      reason: expect.stringMatching(/^quota.usage_limit: /),
      // One run may try then, long before the reset that the provider named.
      until: formatTime(T0 + MINUTE),
      evidence: [{ excerpt: 'OAuth token has expired' }],
      observedMs: T0,
    });
    expect(statusOf(healthy('team-a'), T0 + DAY)).toMatchObject({ observedMs: T0, evidence: [] });
    expect(statusOf(subscription(), T0).observedMs).toBeNull();
  });

  test('names the agent that tries, and how long it has', () => {
    expect(statusOf(trying(limited()), T0 + HOUR)).toMatchObject({
      reason: expect.stringContaining('a7'),
      until: formatTime(T0 + HOUR + TRIAL_MS),
    });
  });
});

describe('an expiry', () => {
  const expired = (agoMs: number, source: ExpirySource, over: Partial<SubscriptionRecord> = {}) =>
    subscription('team-a', { expires_at: { at: formatTime(T0 - agoMs), source }, ...over });

  test.each<[string, SubscriptionRecord, string]>([
    ['that an operator set and that has passed', expired(DAY, 'operator'), 'refused'],
    ['from the provider that has passed', expired(DAY, 'provider'), 'refused'],
    ['that is only estimated', expired(DAY, 'estimated'), 'good'],
    ['that passed within what clocks differ', expired(CLOCK_SKEW_MS, 'operator'), 'good'],
    ['that passed a moment longer ago', expired(CLOCK_SKEW_MS + 1, 'operator'), 'refused'],
    ['after which it still worked', expired(DAY, 'operator', { vouched_at: formatTime(T0) }), 'good'],
    [
      'at which it worked, but not later than clocks differ',
      expired(DAY, 'operator', { vouched_at: formatTime(T0 - DAY + CLOCK_SKEW_MS) }),
      'refused',
    ],
  ])('%s', (_what, record, state) => {
    expect(statusOf(record, T0).state).toBe(state);
  });

  test('says who named it', () => {
    expect(statusOf(expired(DAY, 'operator'), T0).reason).toContain('an operator');
    expect(statusOf(expired(DAY, 'provider'), T0).reason).toContain('the provider');
  });
});

test("only the provider's own reset time makes it likely that a limit is over", () => {
  expect(isLikelyOver(limited().breaker, T0 + HOUR - 1)).toBe(false);
  expect(isLikelyOver(limited().breaker, T0 + HOUR)).toBe(true);
  expect(isLikelyOver(dead(subscription(), { category: 'quota.usage_limit' }).breaker, T0 + DAY)).toBe(false);
  expect(isLikelyOver(dead().breaker, T0 + DAY)).toBe(false);
});

test.each<[string, SubscriptionRecord, 0 | 1 | 2]>([
  ['one that works', healthy('team-a'), 2],
  ['one that nothing is known against', subscription(), 1],
  ['one that is refused', dead(), 0],
  ['one that was removed', healthy('team-a', { removed_at: formatTime(T0) }), 0],
])('%s is recommended: %3$i', (_what, record, expected) => {
  expect(preference(record, T0)).toBe(expected);
});

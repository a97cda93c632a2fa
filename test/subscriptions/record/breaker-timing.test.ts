import { describe, expect, test } from 'vitest';
import { CATEGORIES } from '../../../src/contracts/categories.ts';
import {
  CREDIT_RETRY_MS,
  FURTHEST_RESET_MS,
  heldUntil,
  type Observation,
  PROBE,
  trialDelayMs,
  UNKNOWN_RESET_MS,
  UNSEEN_CHANGE_MS,
} from '../../../src/subscriptions/record/breaker-timing.ts';
import { DAY, HOUR, MINUTE, T0 } from '../../support/subscriptions.ts';

const held = (over: Partial<Observation>) =>
  heldUntil({ category: 'quota.usage_limit', observedMs: T0, resetMs: undefined, isNamed: true, ...over });

describe('a refusal for a limit holds', () => {
  test.each<[string, number]>([
    ['a moment away', T0 + 1],
    ['a month away', T0 + 30 * DAY],
    ['as far away as any window reaches', T0 + FURTHEST_RESET_MS],
  ])('until the reset that the evidence names, %s', (_what, resetMs) => {
    expect(held({ resetMs })).toEqual({ untilMs: resetMs, source: 'told' });
  });

  test.each<[string, number | undefined]>([
    ['no reset', undefined],
    ['a reset in the past', T0 - HOUR],
    ['a reset at the very moment', T0],
    ['a reset beyond any window', T0 + FURTHEST_RESET_MS + 1],
    ['a reset a year ahead', T0 + 365 * DAY],
  ])('for a quarter of an hour where it names %s', (_what, resetMs) => {
    expect(held({ resetMs })).toEqual({ untilMs: T0 + UNKNOWN_RESET_MS, source: 'guessed' });
    expect(UNKNOWN_RESET_MS).toBe(15 * MINUTE);
  });

  test('for an hour where credit is used up, since people have to act', () => {
    expect(held({ category: 'billing.credit_exhausted' })).toEqual({
      untilMs: T0 + CREDIT_RETRY_MS,
      source: 'guessed',
    });
    expect(CREDIT_RETRY_MS).toBe(HOUR);
  });
});

describe('a refusal of the token itself holds', () => {
  test.each(CATEGORIES.filter((category) => category.startsWith('auth.')))('until it changes: %s', (category) => {
    expect(held({ category, resetMs: T0 + HOUR })).toEqual({ untilMs: null, source: null });
  });

  test('for half an hour where it has no fingerprint, since its change would not be seen', () => {
    expect(held({ category: 'auth.token_expired', isNamed: false })).toEqual({
      untilMs: T0 + UNSEEN_CHANGE_MS,
      source: 'guessed',
    });
    expect(UNSEEN_CHANGE_MS).toBe(30 * MINUTE);
  });
});

test('nothing else is held against a token', () => {
  const others = CATEGORIES.filter((category) => held({ category, resetMs: T0 + HOUR }) === undefined);
  const against = CATEGORIES.filter((category) => !others.includes(category) && !category.startsWith('auth.'));
  expect(against).toEqual(['billing.credit_exhausted', 'quota.usage_limit']);
});

describe('the next trial comes', () => {
  test.each([
    [0, 1],
    [1, 2],
    [2, 4],
    [3, 8],
    [4, 15],
    [1_000_000, 15],
  ])('after %i trials that proved nothing in %i minutes, where one agent alone saw the refusal', (tries, minutes) => {
    expect(trialDelayMs(['a1'], tries)).toBe(minutes * MINUTE);
  });

  test('in an hour where two agents agree, or a probe saw it, however many trials there were', () => {
    expect(trialDelayMs(['a1', 'a2'], 0)).toBe(HOUR);
    expect(trialDelayMs([PROBE], 0)).toBe(HOUR);
    expect(trialDelayMs(['a1', 'a2'], 9)).toBe(HOUR);
  });
});

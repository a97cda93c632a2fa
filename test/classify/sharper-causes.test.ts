import { describe, expect, test } from 'vitest';
import {
  isEcho,
  isReasonOf,
  isSharper,
  isSharperCategory,
  LAST_WORDS_MS,
  mayStillSayWhy,
  SAME_BREATH_MS,
  SHARPER,
} from '../../src/classify/sharper-causes.ts';
import type { Category, Grade } from '../../src/contracts/categories.ts';
import { diagnosis, endedAt, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';

const refused = diagnosis({ category: 'auth.invalid_credentials' });

describe('a sharper cause', () => {
  test.each<[Category, Category, boolean]>([
    ['auth.invalid_credentials', 'auth.token_expired', true],
    ['auth.token_expired', 'auth.invalid_credentials', false],
    ['auth.token_expired', 'auth.token_expired', false],
    ['rate_limit.429', 'quota.usage_limit', true],
    ['auth.token_expired', 'runtime.crash', false],
    ['context.too_long', 'auth.token_expired', false],
  ])('%s may turn out to be %s: %s', (known, category, expected) => {
    expect(isSharperCategory(known, category)).toBe(expected);
  });

  test('is never one that leads back: no two causes name each other', () => {
    const pairs = Object.entries(SHARPER).flatMap(([from, to]) => to.map((one) => [from as Category, one] as const));
    expect(pairs.length).toBeGreaterThan(10);
    for (const [from, to] of pairs) expect(isSharperCategory(to, from), `${from} and ${to}`).toBe(false);
  });

  test.each<[Grade, Grade, boolean]>([
    ['typed', 'typed', true],
    ['typed', 'stated', false],
    ['stated', 'typed', true],
    ['stated', 'mixed', false],
    ['mixed', 'mixed', true],
  ])('after a verdict on %s evidence, %s evidence is good enough: %s', (known, grade, expected) => {
    const { verdict } = endedAt(T0, { ...refused, detection: { ...refused.detection, grade: known } });
    expect(isSharper(verdict, 'auth.token_expired', grade)).toBe(expected);
    expect(isSharper(verdict, undefined, grade)).toBe(false);
  });
});

test('only a refused OAuth token on typed evidence may still say why it was refused', () => {
  const oauth = stateWith({ credential: { kind: 'oauth' } });
  const finding = { category: 'auth.invalid_credentials', grade: 'typed' } as const;
  expect(mayStillSayWhy(finding, oauth)).toBe(true);
  expect(mayStillSayWhy({ ...finding, grade: 'stated' }, oauth)).toBe(false);
  expect(mayStillSayWhy({ ...finding, category: 'auth.token_expired' }, oauth)).toBe(false);
  expect(mayStillSayWhy(finding, stateWith({ credential: { kind: 'api_key' } }))).toBe(false);
  expect(mayStillSayWhy(finding, stateWith())).toBe(false);
});

test.each<[Category, Category, boolean]>([
  ['auth.invalid_credentials', 'auth.token_expired', true],
  ['auth.invalid_credentials', 'auth.token_revoked', true],
  ['auth.invalid_credentials', 'billing.credit_exhausted', false],
  ['auth.invalid_credentials', 'auth.forbidden', false],
  ['rate_limit.429', 'quota.usage_limit', false],
])('of %s the client may still say after the command that it is %s: %s', (known, category, expected) => {
  expect(isReasonOf(known, category)).toBe(expected);
});

test('the host waits for the last words for less time than they are listened to', () => {
  expect(LAST_WORDS_MS).toBeLessThan(SAME_BREATH_MS);
});

describe('an echo of the command', () => {
  test('is what is stored after the command, not what is stored at the same moment', () => {
    const state = endedAt(T0);
    expect([T0 - 1, T0, T0 + 1].map((atMs) => isEcho(state, atMs))).toEqual([false, false, true]);
  });

  test('of a refused credential begins three seconds later, since its reason may follow', () => {
    const state = endedAt(T0, refused);
    expect(isEcho(state, T0 + SAME_BREATH_MS)).toBe(false);
    expect(isEcho(state, T0 + SAME_BREATH_MS + 1)).toBe(true);
  });

  test('of a refused API key begins at once', () => {
    const state = endedAt(T0, refused, stateWith({ credential: { kind: 'api_key' } }));
    expect(isEcho(state, T0 + 1)).toBe(true);
  });

  test('there is none without a command: not before a verdict, and not in shadow mode', () => {
    expect(isEcho(stateWith(), T0)).toBe(false);
    const { verdict, ...state } = endedAt(T0);
    const { command_id: _, ...shadow } = verdict;
    expect(isEcho({ ...state, verdict: shadow }, T0 + 60_000)).toBe(false);
  });
});

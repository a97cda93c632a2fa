import { describe, expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { applyProbe, type ProbeFinding, probeSeen } from '../../../src/subscriptions/probe/apply-probe.ts';
import type { ProbeResult } from '../../../src/subscriptions/probe/read-probe-answer.ts';
import { breakerAt } from '../../../src/subscriptions/record/breaker.ts';
import { tokenOf } from '../../../src/subscriptions/record/tokens.ts';
import { DAY, HOUR, MINUTE, SECOND, subscription, T0, TEAM_A } from '../../support/subscriptions.ts';

const WORKS: ProbeResult = { verdict: 'works', reason: 'the provider answered 200' };
const EXPIRED: ProbeResult = { verdict: 'refused', category: 'auth.token_expired', reason: 'it has expired' };
const LIMITED: ProbeResult = {
  verdict: 'refused',
  category: 'quota.usage_limit',
  reason: 'used up',
  resetMs: T0 + HOUR,
};
const finding = (result: ProbeResult, over: Partial<ProbeFinding> = {}): ProbeFinding => ({
  holder: TEAM_A,
  provider: 'anthropic',
  fingerprint: 'print-team-a',
  result,
  sentMs: T0 - SECOND,
  openSince: null,
  ...over,
});
const apply = (before: SubscriptionRecord | undefined, result: ProbeResult, over: Partial<ProbeFinding> = {}) =>
  applyProbe(before, finding(result, over), T0) as SubscriptionRecord;

test('a refusal opens the breaker, with the word of the provider for it: one witness, and a trial an hour', () => {
  const record = apply(subscription(), EXPIRED);
  expect(record.breaker).toMatchObject({ state: 'open', category: 'auth.token_expired', witnesses: ['probe'] });
  expect(breakerAt(record.breaker, T0 + HOUR - 1)).toBe('open');
  expect(breakerAt(record.breaker, T0 + HOUR)).toBe('half_open');
  expect(record.audit[0]).toMatchObject({ by: 'probe', what: 'auth.token_expired: it has expired' });
});

test('a plan that is used up is refused until its reset', () => {
  expect(apply(subscription(), LIMITED).breaker).toMatchObject({ until: formatTime(T0 + HOUR), until_source: 'told' });
});

test('a success closes the breaker', () => {
  const record = apply(apply(subscription(), EXPIRED, {}), WORKS, { openSince: formatTime(T0) });
  expect(record).toMatchObject({ breaker: { state: 'closed' }, health: { state: 'healthy', by: 'probe' } });
  expect(record.audit[0]?.what).toBe('works: the provider answered 200');
});

describe('a success whose request went out before the refusal', () => {
  const refusedAt = (ms: number) => applyProbe(subscription(), finding(EXPIRED), ms) as SubscriptionRecord;

  test('closes it where the breaker was open then, whatever the clocks say', () => {
    const ahead = refusedAt(T0 + HOUR);
    expect(apply(ahead, WORKS, { openSince: ahead.breaker.since }).breaker.state).toBe('closed');
  });

  test('says nothing against one that came in between', () => {
    const later = refusedAt(T0 + MINUTE);
    expect(apply(later, WORKS, { openSince: null }).breaker.state).toBe('open');
  });
});

test('what settles nothing changes nothing', () => {
  const record = subscription();
  expect(apply(record, { verdict: 'inconclusive', reason: 'busy' })).toBe(record);
  expect(apply(undefined, { verdict: 'inconclusive', reason: 'busy' })).toBeUndefined();
  expect(apply(record, { ...EXPIRED, category: 'provider.overloaded' } as ProbeResult)).toBe(record);
});

test('a subscription that is new is learned, and one that was removed comes back', () => {
  expect(apply(undefined, WORKS)).toMatchObject({
    id: 'team-a',
    provider: 'anthropic',
    fingerprint: 'print-team-a',
    audit: [{ what: expect.stringContaining('works') }, { what: 'learned from a probe' }],
  });
  expect(apply(subscription('team-a', { removed_at: formatTime(T0 - DAY) }), WORKS).removed_at).toBeNull();
});

test('the finding is about the token that was probed, also where it is not the one in use', () => {
  const replaced = subscription('team-a', {
    fingerprint: 'new',
    first_seen_at: formatTime(T0 + HOUR),
    other_tokens: [subscription()],
  });
  const record = apply(replaced, EXPIRED);
  expect(record.breaker.state).toBe('closed');
  expect(tokenOf(record, 'print-team-a')?.breaker.state).toBe('open');
});

describe('what came of a probe, seen from outside', () => {
  const before = subscription();

  test.each<[string, ProbeResult, 'works' | 'refused']>([
    ['a success', WORKS, 'works'],
    ['a refusal', EXPIRED, 'refused'],
  ])('%s', (_what, result, seen) => {
    expect(probeSeen(before, apply(before, result))).toBe(seen);
    expect(probeSeen(undefined, apply(undefined, result))).toBe(seen);
  });

  test('is nothing where the newest entry is not new, or not of a probe', () => {
    const probed = apply(before, WORKS);
    expect(probeSeen(probed, { ...probed, agents: ['another'] })).toBeUndefined();
    const named = {
      ...probed,
      audit: [{ at: formatTime(T0 + 1), by: 'ann', what: 'works: so she says' }, ...probed.audit],
    };
    expect(probeSeen(probed, named)).toBeUndefined();
    expect(probeSeen(undefined, before)).toBeUndefined();
  });
});

import { expect, test } from 'vitest';
import { Notice } from '../../src/contracts/notice.ts';
import type { ExpirySource, Rung, SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { expiryNotice } from '../../src/subscriptions/expiry-notice.ts';
import { DAY, HOUR, subscription, T0 } from '../support/subscriptions.ts';

const expiring = (source: ExpirySource = 'operator', over: Partial<SubscriptionRecord> = {}) =>
  subscription('team-a', { name: 'Team A', expires_at: { at: formatTime(T0 + DAY), source }, ...over });

test('a warning is a whole notice that names the token, its end and who says so', () => {
  expect(Notice.parse(expiryNotice(expiring(), '1d', T0))).toMatchObject({
    kind: 'subscription_expiring',
    subscription: 'team-a',
    provider: 'anthropic',
    fingerprint: 'print-team-a',
    rung: '1d',
    expires_at: formatTime(T0 + DAY),
    expires_source: 'operator',
    agents: 1,
  });
});

test.each<[Rung, string]>([
  ['14d', 'expires in 14 days or less, on 2026-11-23'],
  ['7d', 'expires in 7 days or less, on 2026-11-23'],
  ['3d', 'expires in 3 days or less, on 2026-11-23'],
  ['1d', 'expires within a day, on 2026-11-23'],
  ['passed', 'expired on 2026-11-23'],
])('on the rung %s it says: %s', (rung, words) => {
  expect(expiryNotice(expiring(), rung, T0).message).toContain(`The token of Team A ${words}`);
});

test('an estimate is called one, and a certain expiry is not', () => {
  expect(expiryNotice(expiring('estimated'), '1d', T0).message).toContain('It is only an estimate');
  expect(expiryNotice(expiring('provider'), '1d', T0).message).not.toContain('estimate');
});

test('one token on one rung has one id, whenever it is sent', () => {
  const idOf = (rung: Rung, over: Partial<SubscriptionRecord> = {}, nowMs = T0) =>
    expiryNotice(expiring('operator', over), rung, nowMs).notice_id;
  const known = idOf('1d');
  expect(idOf('1d', { name: 'Renamed' }, T0 + HOUR)).toBe(known);
  const moved = { expires_at: { at: formatTime(T0 + 2 * DAY), source: 'operator' } } as const;
  const others = [idOf('passed'), idOf('1d', { fingerprint: 'new' }), idOf('1d', { id: 'team-b' }), idOf('1d', moved)];
  expect(new Set([known, ...others]).size).toBe(5);
});

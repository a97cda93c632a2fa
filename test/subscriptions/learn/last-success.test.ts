import { expect, test } from 'vitest';
import type { Credential } from '../../../src/contracts/evidence.ts';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { lastSuccessMs } from '../../../src/subscriptions/learn/last-success.ts';
import { DAY, dead, HOUR, healthy, registryOf, subscription, T0 } from '../../support/subscriptions.ts';

const TEAM_A: Credential = { kind: 'oauth', subscription: 'team-a' };
async function lastOf(record: SubscriptionRecord, credential: Credential = TEAM_A) {
  const { store } = await registryOf(record);
  return lastSuccessMs(store, credential);
}

test('a token that was seen to work was seen then', async () => {
  expect(await lastOf(healthy('team-a'))).toBe(T0);
});

test('the later of its last success and of when it was vouched for counts', async () => {
  expect(await lastOf(healthy('team-a', { vouched_at: formatTime(T0 + HOUR) }))).toBe(T0 + HOUR);
  expect(await lastOf(healthy('team-a', { vouched_at: formatTime(T0 - HOUR) }))).toBe(T0);
});

test('that a token was refused is no success, but what it was vouched for before stays', async () => {
  expect(await lastOf(dead())).toBeUndefined();
  expect(await lastOf(dead(subscription('team-a', { vouched_at: formatTime(T0 - DAY) })))).toBe(T0 - DAY);
});

test('with a fingerprint only that token counts, also where it is no more in use', async () => {
  const former = healthy('team-a', {
    fingerprint: 'former',
    health: { state: 'healthy', at: formatTime(T0 - DAY), by: null },
  });
  const record = healthy('team-a', { fingerprint: 'new', other_tokens: [former] });
  expect(await lastOf(record, { ...TEAM_A, fingerprint: 'former' })).toBe(T0 - DAY);
  expect(await lastOf(record, { ...TEAM_A, fingerprint: 'new' })).toBe(T0);
  expect(await lastOf(record, { ...TEAM_A, fingerprint: 'never seen' })).toBeUndefined();
});

test.each<[string, Credential]>([
  ['a subscription that is not in the registry', { kind: 'oauth', subscription: 'team-x' }],
  ['an API key without a fingerprint', { kind: 'api_key', subscription: 'team-a' }],
  ['a credential that is not known', { kind: 'unknown' }],
])('nothing is known of %s', async (_what, credential) => {
  expect(await lastOf(healthy('team-a'), credential)).toBeUndefined();
});

test('a store that fails is not taken for one without a success', async () => {
  const store = { get: () => Promise.reject(new Error('away')) };
  await expect(lastSuccessMs(store, TEAM_A)).rejects.toThrow('away');
});

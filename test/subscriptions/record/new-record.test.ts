import { expect, test } from 'vitest';
import { Breaker, SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { CLOSED, newRecord, newToken } from '../../../src/subscriptions/record/new-record.ts';
import { T0, TEAM_A } from '../../support/subscriptions.ts';

test('a subscription that is new is a whole record in which nothing is known or held against it', () => {
  const record = newRecord(TEAM_A, 'print', T0);
  expect(SubscriptionRecord.parse(record)).toEqual(record);
  expect(record).toMatchObject({
    id: 'team-a',
    kind: 'subscription',
    name: 'team-a',
    provider: 'unknown',
    fingerprint: 'print',
    first_seen_at: formatTime(T0),
    health: { state: 'unknown' },
    breaker: CLOSED,
    removed_at: null,
  });
});

test('an API key is called by the beginning of its fingerprint', () => {
  const record = newRecord({ kind: 'api_key', id: '0123456789abcdef' }, '0123456789abcdef', T0);
  expect(record).toMatchObject({ kind: 'api_key', name: 'API key 01234567' });
});

test('a token may have no fingerprint yet', () => {
  expect(newToken(null, T0)).toMatchObject({ fingerprint: null, issued_at: null, expires_at: null, warned: [] });
});

test('a closed breaker is a whole one, and holds nothing', () => {
  expect(Breaker.parse(CLOSED)).toEqual(CLOSED);
  expect(CLOSED).toMatchObject({ state: 'closed', category: null, trial: null, tries: 0, witnesses: [] });
});

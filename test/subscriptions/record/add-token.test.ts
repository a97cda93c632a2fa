import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../src/contracts/time.ts';
import { addAgent, addToken, shortPrint } from '../../../src/subscriptions/record/add-token.ts';
import { DAY, dead, HOUR, subscription, T0 } from '../../support/subscriptions.ts';

const BY = 'run a1.e1.1';

describe('a token that is seen in use', () => {
  test('changes nothing where it is known, or has no fingerprint', () => {
    const record = subscription();
    expect(addToken(record, 'print-team-a', T0, BY)).toBe(record);
    expect(addToken(record, undefined, T0, BY)).toBe(record);
  });

  test('names the token that is there, and what is held against that', () => {
    const unnamed = { ...dead(), fingerprint: null, issued_at: formatTime(T0 - DAY) };
    expect(addToken(unnamed, 'print', T0, BY)).toMatchObject({
      fingerprint: 'print',
      issued_at: formatTime(T0 - DAY),
      breaker: { state: 'open', fingerprint: 'print' },
      other_tokens: [],
      audit: [{ by: BY, what: 'its token is token print' }, expect.anything()],
    });
  });

  test('replaces another: it was most likely made just before, so its end is estimated from then', () => {
    const record = addToken(subscription(), 'brand-new-print', T0, BY);
    expect(record).toMatchObject({
      fingerprint: 'brand-new-print',
      issued_at: formatTime(T0),
      expires_at: { at: formatTime(T0 + 365 * DAY), source: 'estimated' },
      audit: [{ at: formatTime(T0), what: 'token print-te was replaced by token brand-ne' }],
    });
  });

  test('has no issue date where it is an API key', () => {
    const key = subscription('k', { kind: 'api_key', fingerprint: 'old' });
    expect(addToken(key, 'new', T0, BY)).toMatchObject({ fingerprint: 'new', issued_at: null, expires_at: null });
  });

  test('brings one back as it was known, where the newer one is dead', () => {
    const record = {
      ...dead(subscription('team-a', { fingerprint: 'new' }), {
        credential: { kind: 'oauth', subscription: 'team-a', fingerprint: 'new' },
      }),
      other_tokens: [subscription()],
    };
    expect(addToken(record, 'print-team-a', T0 + HOUR, BY)).toMatchObject({
      fingerprint: 'print-team-a',
      issued_at: null,
      breaker: { state: 'closed' },
    });
  });
});

describe('an agent', () => {
  test('that is known changes nothing; one that is new comes first', () => {
    const record = subscription();
    expect(addAgent(record, 'a1')).toBe(record);
    expect(addAgent(record, 'a2').agents).toEqual(['a2', 'a1']);
  });

  test('is one of 500 that are remembered', () => {
    const agents = Array.from({ length: 500 }, (_, at) => `agent-${at}`);
    const { agents: after } = addAgent(subscription('team-a', { agents }), 'newest');
    expect([after.length, after[0], after.at(-1)]).toEqual([500, 'newest', 'agent-498']);
  });
});

test('a fingerprint is shown by its first eight characters', () => {
  expect(shortPrint('0123456789')).toBe('token 01234567');
  expect(shortPrint(null)).toBe('an unnamed token');
});

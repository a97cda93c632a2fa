import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/contracts/evidence.ts';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { applyFailure } from '../../../src/subscriptions/learn/apply-failure.ts';
import {
  applyAnswered,
  applyExited,
  applyStarted,
  applySuccess,
  credentialOf,
  holderOf,
} from '../../../src/subscriptions/learn/apply-run.ts';
import { grantTrial, recordRefusal } from '../../../src/subscriptions/record/breaker.ts';
import { currentToken, withToken } from '../../../src/subscriptions/record/tokens.ts';
import {
  answered,
  DAY,
  exited,
  HOUR,
  MINUTE,
  SECOND,
  started,
  subscription,
  succeeded,
  T0,
  TEAM_A,
  tokenFailure,
} from '../../support/subscriptions.ts';

const RUN = { agent: 'a1', execution: 'e9', attempt: 1 };
const withPrint = (fingerprint: string) => started(RUN, { credential: { kind: 'oauth', fingerprint } });
const start = (record: SubscriptionRecord | undefined, fingerprint: string, atMs: number) =>
  applyStarted(record, TEAM_A, withPrint(fingerprint), atMs);
const fail = (record: SubscriptionRecord, fingerprint: string, atMs: number) =>
  applyFailure(record, TEAM_A, tokenFailure({ fingerprint, atMs }), atMs, atMs) as SubscriptionRecord;

/** Its limit was reached at T0, as two agents saw, and resets an hour later. */
const limited = (): SubscriptionRecord => {
  const record = subscription();
  const detection = {
    category: 'quota.usage_limit',
    reason: 'limit',
    evidence: [],
    observedMs: T0,
    held: { untilMs: T0 + HOUR, source: 'told' },
    by: 'run a1.e1.1',
    witness: 'a1',
  } as const;
  const once = recordRefusal(currentToken(record), detection, T0);
  return withToken(record, recordRefusal(once, { ...detection, witness: 'a2' }, T0));
};

describe('what a credential does is held for or against', () => {
  test.each<[string, Partial<Credential> | undefined, object | undefined]>([
    ['its subscription', { kind: 'oauth', subscription: 'team-a', fingerprint: 'p' }, TEAM_A],
    ['its subscription, whatever kind it is of', { subscription: 'team-b' }, { kind: 'subscription', id: 'team-b' }],
    [
      'the API key, not the subscription that it shadows',
      { kind: 'api_key', subscription: 'team-a', fingerprint: 'key-1' },
      { kind: 'api_key', id: 'key-1' },
    ],
    ['nothing, where a key has no fingerprint', { kind: 'api_key', subscription: 'team-a' }, undefined],
    ['nothing, where no subscription is named', { kind: 'oauth', fingerprint: 'p' }, undefined],
    ['nothing, where no credential is known', undefined, undefined],
    ['nothing, where the name is too long for one', { kind: 'oauth', subscription: 'x'.repeat(257) }, undefined],
    ['nothing, where the name has control characters', { kind: 'oauth', subscription: 'a\u001b[31mb' }, undefined],
    ['nothing, where a fingerprint is too long for one', { kind: 'api_key', fingerprint: 'x'.repeat(257) }, undefined],
  ])('%s', (_what, credential, holder) => {
    expect(holderOf(credential)).toEqual(holder);
  });

  test('as the run says that it was started with it', () => {
    expect(credentialOf(withPrint('p'))).toEqual({ kind: 'oauth', subscription: 'team-a', fingerprint: 'p' });
    const { credential: _, subscription: __, ...bare } = started(RUN);
    expect(credentialOf(bare)).toEqual({ kind: 'unknown' });
  });
});

describe('the start of a run', () => {
  test('brings in its subscription, provider, agent and token', () => {
    expect(start(undefined, 'print-1', T0)).toMatchObject({
      id: 'team-a',
      kind: 'subscription',
      provider: 'anthropic',
      fingerprint: 'print-1',
      agents: ['a1'],
      health: { state: 'unknown' },
      breaker: { state: 'closed' },
      expires_at: null,
      audit: [{ what: 'learned from a run' }],
    });
  });

  test('that reports nothing new changes nothing', () => {
    const known = start(undefined, 'print-1', T0);
    expect(start(known, 'print-1', T0 + HOUR)).toBe(known);
  });

  test('with another token starts over: health, breaker, warnings; and dates the new token', () => {
    const dead = { ...fail(start(undefined, 'old', T0), 'old', T0 + MINUTE), warned: ['14d' as const] };
    const fresh = start(dead, 'new', T0 + HOUR);
    expect(fresh).toMatchObject({
      fingerprint: 'new',
      health: { state: 'unknown' },
      breaker: { state: 'closed' },
      warned: [],
      issued_at: formatTime(T0 + HOUR),
      expires_at: { at: formatTime(T0 + HOUR + 365 * DAY), source: 'estimated' },
      other_tokens: [{ fingerprint: 'old', breaker: { state: 'open' }, warned: ['14d'] }],
    });
    expect(fresh.audit[0]?.what).toContain('was replaced by');
  });

  test('with the token before the one in use does not bring it back', () => {
    const both = start(start(undefined, 'old', T0), 'new', T0 + HOUR);
    expect(start(both, 'old', T0 + 2 * HOUR)).toBe(both);
  });

  test('brings the token before back when the newer one is dead and it is not', () => {
    const both = start(start(undefined, 'old', T0), 'new', T0 + HOUR);
    expect(start(fail(both, 'new', T0 + 2 * HOUR), 'old', T0 + 3 * HOUR).fingerprint).toBe('old');
  });

  test('that is reported late does not bring in a token older than the one in use', () => {
    const fresh = start(undefined, 'new', T0);
    expect(start(fresh, 'old', T0 - HOUR)).toBe(fresh);
  });

  test('names a token that had no fingerprint, and keeps what is known of it', () => {
    const unnamed = subscription('team-a', { fingerprint: null, issued_at: formatTime(T0 - DAY) });
    expect(start(unnamed, 'print-1', T0)).toMatchObject({ fingerprint: 'print-1', issued_at: formatTime(T0 - DAY) });
  });

  test('brings a removed subscription back', () => {
    const removed = subscription('team-a', { removed_at: formatTime(T0) });
    expect(start(removed, 'print-team-a', T0 - SECOND).removed_at).not.toBeNull();
    expect(start(removed, 'print-team-a', T0 + SECOND).removed_at).toBeNull();
  });
});

test('a fingerprint that flips back and forth neither reopens nor closes anything, and changes hands once', () => {
  let record = fail(start(undefined, 'old', T0), 'old', T0 + MINUTE);
  record = { ...record, warned: ['14d', '7d'] };
  record = start(record, 'new', T0 + 2 * MINUTE);
  const after = record;
  for (let flip = 0; flip < 50; flip += 1) {
    const atMs = T0 + (3 + flip) * MINUTE;
    record = start(record, flip % 2 === 0 ? 'old' : 'new', atMs);
    record = fail(record, 'old', atMs);
  }
  expect(record.first_seen_at).toBe(after.first_seen_at);
  expect(record).toMatchObject({ fingerprint: 'new', breaker: { state: 'closed' } });
  expect(record.other_tokens[0]).toMatchObject({ fingerprint: 'old', warned: ['14d', '7d'] });
});

describe('a half-open breaker', () => {
  const after = T0 + HOUR;

  const trying = (): SubscriptionRecord => {
    const record = { ...limited(), ...grantTrial(limited(), 'a1', after) };
    return start(record, 'print-team-a', after + SECOND);
  };

  test('is proved by the end of a run in plain text, which has no result, also once its exit ended the trial', () => {
    const { succeeded: result, ...run } = succeeded(RUN, after, after + MINUTE);
    const worked = { ...run, worked: { at_ms: result?.at_ms ?? 0 } };
    const over = applyExited(trying(), exited(RUN, 0), after + MINUTE);
    expect(over.breaker).toMatchObject({ state: 'half_open', trial: null, tries: 1 });
    const closed = applySuccess(over, worked, after + 2 * MINUTE);
    expect(closed).toMatchObject({
      breaker: { state: 'closed' },
      health: { state: 'healthy', at: formatTime(after + MINUTE) },
    });
    expect(applySuccess(over, run, after + 2 * MINUTE)).toBe(over);
  });

  test('knows which run the trial is, once it starts', () => {
    expect(trying().breaker.trial?.run).toBe('a1.e9.1');
  });

  test('closes when that run succeeds, whatever the clock of its host says', () => {
    const closed = applySuccess(trying(), succeeded(RUN, T0 - DAY, T0 - DAY), after + MINUTE);
    expect(closed).toMatchObject({ breaker: { state: 'closed', trial: null }, health: { state: 'healthy' } });
    expect(closed.audit[0]?.what).toContain('closed');
  });

  test('closes when the model answers that run, and opens again when it fails after that', () => {
    const closed = applyAnswered(trying(), answered(RUN), after + MINUTE);
    expect(closed).toMatchObject({ breaker: { state: 'closed', trial: null }, health: { state: 'healthy' } });
    expect(fail(closed, 'print-team-a', after + 2 * MINUTE).breaker.state).toBe('open');
    expect(applyAnswered(trying(), answered({ ...RUN, attempt: 2 }), after + MINUTE).breaker.trial).not.toBeNull();
  });

  test('opens again when that run fails', () => {
    const again = fail(trying(), 'print-team-a', after + MINUTE);
    expect(again.breaker).toMatchObject({ state: 'open', trial: null, category: 'auth.token_expired' });
  });

  test('is free again when that run ends without proving anything', () => {
    expect(applyExited(trying(), exited(RUN, 137), T0).breaker.trial).toBeNull();
    expect(applyExited(trying(), exited({ ...RUN, attempt: 2 }), T0).breaker.trial).not.toBeNull();
  });
});

describe('a success', () => {
  test('closes the breaker when its run started after the failure', () => {
    const closed = applySuccess(limited(), succeeded(RUN, T0 + 1, T0 + MINUTE), T0 + MINUTE);
    expect(closed.breaker.state).toBe('closed');
  });

  test.each([
    ['was under way', T0 - 1],
    ['was started at an unknown time', undefined],
  ])('closes it also when its run %s: a refusal never outlives a success', (_when, startedMs) => {
    const record = applySuccess(limited(), succeeded(RUN, startedMs, T0 + MINUTE), T0 + MINUTE);
    expect(record.breaker.state).toBe('closed');
  });

  test('from before the failure closes nothing', () => {
    const record = limited();
    expect(applySuccess(record, succeeded(RUN, T0 - HOUR, T0 - 1), T0 + MINUTE)).toBe(record);
  });

  test('with another token says nothing about this one', () => {
    const record = limited();
    expect(applySuccess(record, succeeded(RUN, T0 + 1, T0 + MINUTE, 'other'), T0 + MINUTE)).toBe(record);
  });

  test('is noted once a minute while nothing is wrong', () => {
    const seen = applySuccess(subscription(), succeeded(RUN, T0, T0 + SECOND), T0 + SECOND);
    expect(seen.health).toMatchObject({ state: 'healthy', at: formatTime(T0 + SECOND) });
    expect(applySuccess(seen, succeeded(RUN, T0, T0 + 2 * SECOND), T0 + 2 * SECOND)).toBe(seen);
    expect(applySuccess(seen, succeeded(RUN, T0, T0 + 2 * MINUTE), T0 + 2 * MINUTE)).not.toBe(seen);
  });

  test('from a host whose clock is ahead vouches for nothing that is still to come', () => {
    const seen = applySuccess(subscription(), succeeded(RUN, T0 + DAY, T0 + DAY), T0);
    expect(seen.vouched_at).toBe(formatTime(T0));
    expect(fail(seen, 'print-team-a', T0 + SECOND).breaker.state).toBe('open');
  });
});

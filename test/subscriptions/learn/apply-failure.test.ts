import { describe, expect, test } from 'vitest';
import { recordId } from '../../../src/classify/ids.ts';
import { MAY_GO_ON } from '../../../src/classify/note-going-on.ts';
import type { FailureRecord } from '../../../src/contracts/failure-record.ts';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { applyFailure, isAboutSubscription } from '../../../src/subscriptions/learn/apply-failure.ts';
import { holderOf } from '../../../src/subscriptions/learn/apply-run.ts';
import { tokenOf } from '../../../src/subscriptions/record/tokens.ts';
import { DAY, HOUR, MINUTE, SECOND, subscription, T0, tokenFailure } from '../../support/subscriptions.ts';

/** Takes in a failure a second after it happened. */
function take(record: SubscriptionRecord | undefined, failure: FailureRecord, nowMs = T0 + SECOND) {
  const holder = holderOf(failure.credential);
  if (!holder || !isAboutSubscription(failure)) return record;
  return applyFailure(record, holder, failure, nowMs, nowMs);
}

const usageLimit = (resetMs: number | undefined, atMs = T0) =>
  tokenFailure(
    { atMs },
    {
      category: 'quota.usage_limit',
      ...(resetMs === undefined ? {} : { not_before: formatTime(resetMs) }),
    },
  );

describe('evidence against a token', () => {
  test('of an authentication failure opens the breaker until the token changes', () => {
    const after = take(subscription(), tokenFailure());
    expect(after?.breaker).toMatchObject({
      state: 'open',
      since: formatTime(T0),
      until: null,
      category: 'auth.token_expired',
      fingerprint: 'print-team-a',
    });
    expect(after?.breaker.evidence).toHaveLength(1);
    expect(after?.health).toMatchObject({ state: 'failing', by: 'run a1.e1.1' });
    expect(after?.audit[0]).toMatchObject({ by: 'run a1.e1.1', what: 'the breaker opened: auth.token_expired' });
  });

  test('of a usage limit opens it until the reset', () => {
    expect(take(subscription(), usageLimit(T0 + 3 * HOUR))?.breaker.until).toBe(formatTime(T0 + 3 * HOUR));
  });

  test('of a usage limit that names no reset lets one run try after a quarter of an hour', () => {
    expect(take(subscription(), usageLimit(undefined))?.breaker).toMatchObject({
      until: formatTime(T0 + 15 * MINUTE),
      until_source: 'guessed',
    });
  });

  test('of a run that had ended by itself counts like that of one that was ended; what is only noted does not', () => {
    const noted = { ...usageLimit(T0 + HOUR), disposition: 'recorded' as const };
    expect(isAboutSubscription(noted)).toBe(false);
    const verdict = { ...noted, record_id: recordId(noted, 'verdict') };
    expect(isAboutSubscription(verdict)).toBe(true);
    expect(take(subscription(), verdict)?.breaker.until).toBe(formatTime(T0 + HOUR));
  });

  test('of a run whose command may go on behind it counts at once', () => {
    const noted = { ...tokenFailure({}, { disposition: 'recorded' }), record_id: 'r1', reason: MAY_GO_ON };
    expect(take(subscription(), noted)?.breaker).toMatchObject({ state: 'open', category: 'auth.token_expired' });
    expect(isAboutSubscription({ ...noted, disposition: 'suppressed' })).toBe(false);
  });

  test('of the same run may name the cause more exactly later: the refusal then says so', () => {
    const bare = tokenFailure({}, { category: 'auth.invalid_credentials', message: 'It is refused.' });
    const exact = tokenFailure({}, { category: 'auth.token_expired', message: 'It has expired.' });
    const open = take(subscription(), bare);
    expect(take(open, exact)?.breaker).toMatchObject({ category: 'auth.token_expired', reason: 'It has expired.' });
    expect(take(take(open, exact), bare)?.breaker.category).toBe('auth.token_expired');
  });

  test('that is read only after its reset time opens nothing', () => {
    expect(take(subscription(), usageLimit(T0 + HOUR), T0 + 2 * HOUR)?.breaker.state).toBe('closed');
  });

  test.each<[string, Partial<FailureRecord>]>([
    ["the provider's own trouble", { scope: 'provider', category: 'provider.overloaded' }],
    ['a failure of the run', { scope: 'run', category: 'context.too_long' }],
    ['text that the runtime only stated', { grade: 'stated' }],
    ['text on a shared channel', { grade: 'mixed' }],
    ['what shadow mode would have done', { disposition: 'would_abort', mode: 'shadow' }],
    ['a verdict that was not acted on', { disposition: 'suppressed' }],
    ['a refusal that the client tries again and that may heal', { disposition: 'recorded' }],
    ['a warning', { disposition: 'warned' }],
    ['a rate limit that passes', { category: 'rate_limit.429' }],
  ])('opens nothing when it is %s', (_what, over) => {
    const record = subscription();
    expect(take(record, tokenFailure({}, over))).toBe(record);
  });

  test('counts once, however often it is delivered', () => {
    const once = take(subscription(), tokenFailure());
    expect(take(once, tokenFailure())).toBe(once);
    expect(take(once, tokenFailure(), T0 + DAY)).toBe(once);
  });

  test('against a token that has been replaced is not held against the new one', () => {
    const replaced = subscription('team-a', {
      fingerprint: 'new',
      first_seen_at: formatTime(T0 - MINUTE),
      other_tokens: [subscription()],
    });
    const after = take(replaced, tokenFailure());
    expect(after?.breaker.state).toBe('closed');
    expect(after && tokenOf(after, 'print-team-a')?.breaker.state).toBe('open');
  });

  test('that names no token is not held against one that has just replaced another', () => {
    const other_tokens = [subscription()];
    const fresh = subscription('team-a', { fingerprint: 'new', first_seen_at: formatTime(T0 - MINUTE), other_tokens });
    expect(take(fresh, tokenFailure({ fingerprint: undefined }))).toBe(fresh);
    const settled = { ...fresh, first_seen_at: formatTime(T0 - 2 * HOUR) };
    expect(take(settled, tokenFailure({ fingerprint: undefined }))?.breaker.state).toBe('open');
  });

  test('against a token without a fingerprint lets one run try after half an hour, since a change would not be seen', () => {
    const unnamed = subscription('team-a', { fingerprint: null });
    expect(take(unnamed, tokenFailure({ fingerprint: undefined }))?.breaker.until).toBe(formatTime(T0 + 30 * MINUTE));
  });

  test('brings in a subscription that is new', () => {
    const after = take(undefined, tokenFailure({ subscription: 'never seen' }));
    expect(after).toMatchObject({ id: 'never seen', provider: 'anthropic', agents: ['a1'] });
    expect(after?.breaker.state).toBe('open');
  });

  test('against an API key is held against the key, not against the subscription it shadows', () => {
    const credential = { kind: 'api_key', subscription: 'team-a', fingerprint: 'key-1' } as const;
    const failure = tokenFailure({}, { credential });
    expect(take(undefined, failure)).toMatchObject({ kind: 'api_key', id: 'key-1', breaker: { state: 'open' } });
  });

  test('from a host whose clock is ahead counts from when it was stored', () => {
    const ahead = tokenFailure({ atMs: T0 + DAY });
    expect(take(subscription(), ahead)?.breaker.since).toBe(formatTime(T0 + SECOND));
  });

  test('older than a success that is known opens nothing', () => {
    const vouched = subscription('team-a', { vouched_at: formatTime(T0 + 1) });
    expect(take(vouched, tokenFailure())).toBe(vouched);
  });

  test('of a usage limit does not soften an open breaker of a dead token', () => {
    const dead = take(subscription(), tokenFailure());
    expect(take(dead, usageLimit(T0 + HOUR, T0 + MINUTE), T0 + 2 * MINUTE)).toBe(dead);
  });

  test('of a dead token replaces that of a usage limit', () => {
    const limited = take(subscription(), usageLimit(T0 + HOUR));
    const dead = take(limited, tokenFailure({ atMs: T0 + MINUTE }), T0 + 2 * MINUTE);
    expect(dead?.breaker).toMatchObject({ category: 'auth.token_expired', until: null });
  });

  test('of a later reset puts the end off, the same reset reported again does not', () => {
    const limited = take(subscription(), usageLimit(T0 + HOUR));
    expect(take(limited, usageLimit(T0 + HOUR + SECOND, T0 + 10 * SECOND), T0 + 20 * SECOND)).toBe(limited);
    const weekly = take(limited, usageLimit(T0 + 3 * DAY, T0 + MINUTE), T0 + 2 * MINUTE);
    expect(weekly?.breaker.until).toBe(formatTime(T0 + 3 * DAY));
  });
});

import type { SubscriptionRecord, TokenState } from '../../contracts/subscription.ts';
import { breakerAt } from './breaker.ts';
import { newToken } from './new-record.ts';

/** How many tokens besides the one in use are remembered. */
const MAX_OTHER_TOKENS = 8;

/**
 * A run that started with the token before may still be alive for as long as runs last: the timeout of the platforms
 * that knell was made for. Until then a report of a run without a fingerprint may be about either token.
 */
export const TAKEOVER_MS = 3_600_000;

/** The state of the token in use, taken out of a record. */
export function currentToken(record: SubscriptionRecord): TokenState {
  const { fingerprint, first_seen_at, issued_at, expires_at, health, breaker, vouched_at, warned } = record;
  return { fingerprint, first_seen_at, issued_at, expires_at, health, breaker, vouched_at, warned };
}

/** The state of one token of a subscription; undefined for a token it never had. */
export function tokenOf(record: SubscriptionRecord, fingerprint: string): TokenState | undefined {
  if (record.fingerprint === fingerprint) return currentToken(record);
  return record.other_tokens.find((token) => token.fingerprint === fingerprint);
}

/** The record with one of its tokens changed. */
export function withToken(record: SubscriptionRecord, token: TokenState): SubscriptionRecord {
  if (record.fingerprint === token.fingerprint) return { ...record, ...token };
  const others = record.other_tokens.map((other) => (other.fingerprint === token.fingerprint ? token : other));
  return { ...record, other_tokens: others };
}

/** Which token of a subscription an observation is about. */
export function tokenMeant(
  record: SubscriptionRecord,
  fingerprint: string | undefined,
  observedMs: number,
): TokenState | undefined {
  if (fingerprint !== undefined) {
    // What was known before any token had a fingerprint is about the first that has one.
    return tokenOf(record, fingerprint) ?? (record.fingerprint === null ? currentToken(record) : undefined);
  }
  const isOnlyOne = record.other_tokens.length === 0;
  const isLongInUse = observedMs - Date.parse(record.first_seen_at) >= TAKEOVER_MS;
  return isOnlyOne || isLongInUse ? currentToken(record) : undefined;
}

/** Puts a token in use. One that was known before comes back with all that is known of it. */
export function useToken(record: SubscriptionRecord, fingerprint: string, nowMs: number): SubscriptionRecord {
  if (record.fingerprint === fingerprint) return record;
  const former = currentToken(record);
  const token = tokenOf(record, fingerprint) ?? newToken(fingerprint, nowMs);
  const others = [former, ...record.other_tokens].filter((other) => other.fingerprint !== fingerprint);
  return { ...record, ...token, other_tokens: others.slice(0, MAX_OTHER_TOKENS) };
}

/**
 * Whether a run that starts with a token shows that this token is now in use.
 *
 * The token that was first seen last is the one in use: agents that still hold the one before don't bring it back,
 * or two groups of agents would change the token in use with every run. It only comes back when the newer
 * one turned out to be dead and it is not.
 */
export function takesOver(record: SubscriptionRecord, fingerprint: string, seenMs: number): boolean {
  if (record.fingerprint === fingerprint) return false;
  const known = tokenOf(record, fingerprint);
  if (!known) return seenMs >= Date.parse(record.first_seen_at);
  return breakerAt(record.breaker, seenMs) !== 'closed' && breakerAt(known.breaker, seenMs) === 'closed';
}

import { holderKey, type SubscriptionRecord } from '../../contracts/subscription.ts';
import type { RemoveSubscription, SetSubscription } from '../../contracts/subscription-api.ts';
import { formatTime } from '../../contracts/time.ts';
import { CLOCK_SKEW_MS } from '../preflight/token-status.ts';
import { shortPrint } from './add-token.ts';
import { audited } from './audit.ts';
import { clear } from './breaker.ts';
import { estimateExpiry } from './expiry.ts';
import { newRecord } from './new-record.ts';
import { currentToken, useToken, withToken } from './tokens.ts';

/** Why an operator's request makes no sense, as a sentence; undefined where it does. */
export function objectionTo(request: SetSubscription, nowMs: number): string | undefined {
  const issuedMs = request.issued_at === undefined ? undefined : Date.parse(request.issued_at);
  const expiresMs = typeof request.expires_at === 'string' ? Date.parse(request.expires_at) : undefined;
  if (issuedMs !== undefined && issuedMs > nowMs + CLOCK_SKEW_MS) {
    return `issued_at ${request.issued_at} is still to come: say when the token was made`;
  }
  if (issuedMs !== undefined && expiresMs !== undefined && expiresMs <= issuedMs) {
    return `expires_at ${request.expires_at} is not after issued_at ${request.issued_at}`;
  }
  if (request.kind === 'api_key' && request.fingerprint !== undefined && request.fingerprint !== request.id) {
    return "an API key's id is its fingerprint: leave the fingerprint out";
  }
  return undefined;
}

/**
 * Stores what an operator says. What is not named stays; another fingerprint is another token, and starts over.
 * A changed expiry starts the warnings over.
 */
export function setSubscription(
  before: SubscriptionRecord | undefined,
  request: SetSubscription,
  nowMs: number,
): SubscriptionRecord {
  const { by } = request;
  const fingerprint = request.kind === 'api_key' ? request.id : request.fingerprint;
  let record = before ?? newRecord(request, fingerprint ?? null, nowMs);
  const done: string[] = [];
  if (!before) done.push('registered');
  if (record.removed_at !== null) {
    record = { ...record, removed_at: null };
    done.push('registered again');
  }
  if (fingerprint !== undefined && record.fingerprint === null && record.breaker.state === 'closed') {
    // Nothing is held against it, so this is its name; where something is, it is a token that replaces it.
    record = { ...record, fingerprint };
    done.push(`its token is ${shortPrint(fingerprint)}`);
  } else if (fingerprint !== undefined && record.fingerprint !== fingerprint) {
    done.push(`${shortPrint(record.fingerprint)} was replaced by ${shortPrint(fingerprint)}`);
    record = useToken(record, fingerprint, nowMs);
  }
  if (request.name !== undefined && request.name !== record.name) {
    record = { ...record, name: request.name };
    done.push(`name ${request.name}`);
  }
  if (request.provider !== undefined && request.provider !== record.provider) {
    record = { ...record, provider: request.provider };
    done.push(`provider ${request.provider}`);
  }
  if (request.issued_at !== undefined) {
    record = { ...record, issued_at: formatTime(Date.parse(request.issued_at)) };
    done.push(`issued ${record.issued_at}`);
  }
  record = withExpiry(record, request);
  if (request.expires_at !== undefined) done.push(`expires ${request.expires_at ?? 'at an unknown time'}`);
  if (request.clear) {
    record = withToken(record, clear(currentToken(record), by, nowMs));
    done.push('cleared what was held against its token');
  }
  return audited(record, by, done.join('; ') || 'set to what it was', nowMs);
}

function withExpiry(record: SubscriptionRecord, { expires_at }: SetSubscription): SubscriptionRecord {
  const kept = expires_at === undefined ? record.expires_at : null;
  const expiry =
    typeof expires_at === 'string'
      ? { at: formatTime(Date.parse(expires_at)), source: 'operator' as const }
      : estimateExpiry({ ...record, expires_at: kept });
  const isSame = expiry?.at === record.expires_at?.at;
  return { ...record, expires_at: expiry, warned: isSame ? record.warned : [] };
}

/**
 * Takes a subscription out of the registry. Its record stays, marked as removed, for the audit; it comes back when it
 * is set again or a run is started with it.
 */
export function removeSubscription(
  before: SubscriptionRecord | undefined,
  { by }: RemoveSubscription,
  nowMs: number,
): SubscriptionRecord | undefined {
  if (!before || before.removed_at !== null) return before;
  return audited({ ...before, removed_at: formatTime(nowMs) }, by, `removed ${holderKey(before)}`, nowMs);
}

import type { Breaker, Holder, SubscriptionRecord, TokenState } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';

/** The breaker of a token that nothing is held against. */
export const CLOSED: Breaker = {
  state: 'closed',
  since: null,
  until: null,
  until_source: null,
  reason: null,
  category: null,
  fingerprint: null,
  evidence: [],
  trial: null,
  trial_at: null,
  tries: 0,
  witnesses: [],
};

/** A token that is new: nothing is known of it. */
export function newToken(fingerprint: string | null, nowMs: number): TokenState {
  return {
    fingerprint,
    first_seen_at: formatTime(nowMs),
    issued_at: null,
    expires_at: null,
    health: { state: 'unknown', at: null, by: null },
    breaker: CLOSED,
    vouched_at: null,
    warned: [],
  };
}

/** A subscription, or an API key, that is new to the registry. */
export function newRecord(holder: Holder, fingerprint: string | null, nowMs: number): SubscriptionRecord {
  return {
    schema: 'knell.subscription/v1',
    id: holder.id,
    kind: holder.kind,
    name: holder.kind === 'api_key' ? `API key ${holder.id.slice(0, 8)}` : holder.id,
    provider: 'unknown',
    ...newToken(fingerprint, nowMs),
    other_tokens: [],
    agents: [],
    removed_at: null,
    updated_at: formatTime(nowMs),
    audit: [],
  };
}

import type { Evidence } from '../../contracts/evidence.ts';
import type { Breaker, SubscriptionRecord, TokenState } from '../../contracts/subscription.ts';
import { breakerAt, isTrialFree, mayTryAt, trialAt } from '../record/breaker.ts';

/** Clocks of a fleet differ: an expiry counts as passed only this long after, in milliseconds. */
export const CLOCK_SKEW_MS = 120_000;

/** Whether a run may be dispatched on a token at a moment, and why. */
export interface TokenStatus {
  /** `trial`: one run may try · `trying`: one run is trying, and will most likely succeed. */
  readonly state: 'good' | 'refused' | 'trial' | 'trying';
  readonly reason: string;
  /** RFC 3339; null: no time is known. */
  readonly until: string | null;
  readonly evidence: readonly Evidence[];
  /** When the evidence was observed, epoch milliseconds. */
  readonly observedMs: number | null;
}

/**
 * The status of a token. An estimated expiry never counts against it.
 *
 * @param agent who asks: it may have a trial again of whose grant it has not heard
 */
export function statusOf(token: TokenState, nowMs: number, agent?: string): TokenStatus {
  const { breaker } = token;
  const state = breakerAt(breaker, nowMs);
  const observedMs = observedAt(token);
  const held = { evidence: breaker.evidence, observedMs };
  const cause = `${breaker.category}: ${breaker.reason}`;
  if (state === 'open') return { state: 'refused', reason: cause, until: mayTryAt(breaker), ...held };
  const trial = trialAt(breaker, nowMs);
  if (trial && !isTrialFree(breaker, agent, nowMs)) {
    const reason = `${trial.agent} is trying whether it works again, after ${cause}`;
    // Providers nearly always keep the reset time that they name, so no run is refused once it has come.
    return { state: isLikelyOver(breaker, nowMs) ? 'trying' : 'refused', reason, until: trial.until, ...held };
  }
  if (state === 'half_open') {
    return { state: 'trial', reason: `one run may try whether it works again, after ${cause}`, until: null, ...held };
  }
  const expired = expiryPassed(token, nowMs);
  if (expired !== undefined) return { state: 'refused', reason: expired, until: null, evidence: [], observedMs: null };
  const seen = token.health.state === 'healthy' ? `it last worked at ${token.health.at}` : 'nothing is held against it';
  return { state: 'good', reason: seen, until: null, evidence: [], observedMs };
}

/** Whether the reset time that the provider named has come. */
export function isLikelyOver({ until, until_source: source }: Breaker, nowMs: number): boolean {
  return source === 'told' && until !== null && nowMs >= Date.parse(until);
}

/** Whether the token's end is certain and past; a success after it proves that it was wrong. */
function expiryPassed({ expires_at: expiry, vouched_at }: TokenState, nowMs: number): string | undefined {
  if (!expiry || expiry.source === 'estimated') return undefined;
  const expiresMs = Date.parse(expiry.at);
  if (nowMs <= expiresMs + CLOCK_SKEW_MS) return undefined;
  if (vouched_at !== null && Date.parse(vouched_at) > expiresMs + CLOCK_SKEW_MS) return undefined;
  const by = expiry.source === 'operator' ? 'as an operator has set' : 'as the provider says';
  return `the token expired on ${expiry.at}, ${by}`;
}

function observedAt({ breaker, health }: TokenState): number | null {
  const time =
    breaker.state === 'closed'
      ? health.state === 'healthy'
        ? health.at
        : null
      : (breaker.evidence[0]?.observed_at ?? breaker.since);
  return time === null ? null : Date.parse(time);
}

/** How far a subscription can be recommended: 2 it works, 1 nothing is known against it, 0 not at all. */
export function preference(record: SubscriptionRecord, nowMs: number): 0 | 1 | 2 {
  if (record.removed_at !== null || statusOf(record, nowMs).state !== 'good') return 0;
  return record.health.state === 'healthy' ? 2 : 1;
}

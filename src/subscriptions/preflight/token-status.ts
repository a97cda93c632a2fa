import type { Evidence } from '../../contracts/evidence.ts';
import type { Breaker, SubscriptionRecord, TokenState } from '../../contracts/subscription.ts';
import { breakerAt, trialAt } from '../record/breaker.ts';

/** Clocks of a fleet differ: an expiry counts as passed only this long after, in milliseconds. */
export const CLOCK_SKEW_MS = 120_000;

/** What speaks for or against dispatching on a token at a moment. */
export interface Standing {
  /** `trial`: one run may find out · `trying`: one is finding out, and it will most likely find that all is well. */
  readonly state: 'good' | 'refused' | 'trial' | 'trying';
  readonly reason: string;
  /** RFC 3339; null: no time is known. */
  readonly until: string | null;
  readonly evidence: readonly Evidence[];
  /** When the evidence was observed, epoch milliseconds. */
  readonly observedMs: number | null;
}

/** Where a token stands. An estimated expiry never speaks against it. */
export function standingOf(token: TokenState, nowMs: number): Standing {
  const { breaker } = token;
  const state = breakerAt(breaker, nowMs);
  const observedMs = observedAt(token);
  const held = { evidence: breaker.evidence, observedMs };
  const cause = `${breaker.category}: ${breaker.reason}`;
  if (state === 'open') return { state: 'refused', reason: cause, until: breaker.until, ...held };
  const trial = trialAt(breaker, nowMs);
  if (trial) {
    const reason = `${trial.agent} is trying whether it works again, after ${cause}`;
    // A reset time that was told is kept nearly always: no run is refused on the mere chance that it was not.
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

/** Whether the time has come that the provider named itself. */
export function isLikelyOver({ until, until_source: source }: Breaker, nowMs: number): boolean {
  return source === 'told' && until !== null && nowMs >= Date.parse(until);
}

/** Whether the token's end is certain and past; a success after it proves that it was named wrongly. */
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

/** Whether a record can be recommended, and how warmly: 2 it works, 1 nothing is known against it, 0 not at all. */
export function preference(record: SubscriptionRecord, nowMs: number): 0 | 1 | 2 {
  if (record.removed_at !== null || standingOf(record, nowMs).state !== 'good') return 0;
  return record.health.state === 'healthy' ? 2 : 1;
}

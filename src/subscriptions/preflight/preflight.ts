import { type PreflightReply, type PreflightRequest, unknownReply } from '../../contracts/preflight.ts';
import type { Holder, SubscriptionRecord, TokenState } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';
import { UNNAMED } from '../record/breaker.ts';
import { newToken } from '../record/new-record.ts';
import { currentToken, tokenOf } from '../record/tokens.ts';
import type { SubscriptionView } from '../view.ts';
import { alternativesTo } from './alternatives.ts';
import { isLikelyOver, statusOf, type TokenStatus } from './token-status.ts';

interface Trial {
  readonly holder: Holder;
  readonly fingerprint: string | null;
  readonly agent: string;
  /** The provider named a reset time that has come: whoever does not get the trial is not refused. */
  readonly isLikelyOver: boolean;
}

/** What preflight would answer, and whether that depends on the asker getting the one trial. */
export interface Preflight {
  readonly reply: PreflightReply;
  /** The trial to reserve before saying so; undefined where none is needed. */
  readonly trial?: Trial;
}

/**
 * Whether a run on a subscription has a chance, decided from what is in memory. Reads nothing, never throws.
 * With a fingerprint the answer is about that token, without one about the token in use.
 */
export function answerPreflight(request: PreflightRequest, view: SubscriptionView, nowMs: number): Preflight {
  const { subscription: id, agent, fingerprint } = request;
  if (!view.ready) return { reply: unknownReply('the registry of subscriptions is not loaded yet', id) };
  const record = view.get({ kind: 'subscription', id });
  const key = fingerprint === undefined ? undefined : view.get({ kind: 'api_key', id: fingerprint });
  const isOwnToken = record !== undefined && fingerprint !== undefined && tokenOf(record, fingerprint) !== undefined;
  const holder = key && key.removed_at === null && !isOwnToken ? key : record;
  if (!holder || holder.removed_at !== null) {
    return { reply: unknownReply('nothing is known of this subscription', id) };
  }
  const token = tokenAsked(holder, fingerprint, nowMs);
  const status = statusOf(token, nowMs, agent);
  const shadow = holder.kind === 'api_key' ? "an API key shadows the subscription's token; " : '';
  const base = replyOf(id, token, { ...status, reason: shadow + status.reason }, nowMs);
  if (status.state === 'good') return { reply: { ...base, answer: 'serviceable' } };
  const alternatives = alternativesTo(holder, agent, view, nowMs);
  if (status.state === 'refused') return { reply: { ...base, answer: 'refused', alternatives } };
  if (status.state === 'trying') return { reply: { ...base, alternatives } };
  return {
    reply: { ...base, answer: 'serviceable', alternatives },
    trial: {
      holder: { kind: holder.kind, id: holder.id },
      fingerprint: token.fingerprint,
      agent: agent ?? UNNAMED,
      isLikelyOver: isLikelyOver(token.breaker, nowMs),
    },
  };
}

function tokenAsked(record: SubscriptionRecord, fingerprint: string | undefined, nowMs: number): TokenState {
  if (fingerprint === undefined || record.fingerprint === null) return currentToken(record);
  return tokenOf(record, fingerprint) ?? newToken(fingerprint, nowMs);
}

function replyOf(
  id: string,
  token: TokenState,
  status: TokenStatus,
  nowMs: number,
): Omit<PreflightReply, 'answer'> & { answer: 'unknown' } {
  const { reason, until, evidence, observedMs } = status;
  return {
    schema: 'knell.preflight/v1',
    subscription: id,
    answer: 'unknown',
    reason,
    until: until === null ? null : formatTime(Date.parse(until)),
    evidence: [...evidence],
    evidence_age_s: observedMs === null ? null : Math.max(0, Math.round((nowMs - observedMs) / 1_000)),
    expires_at: token.expires_at?.at ?? null,
    alternatives: [],
  };
}

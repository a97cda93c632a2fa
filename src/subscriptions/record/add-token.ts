import type { SubscriptionRecord } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';
import { audited } from './audit.ts';
import { estimateExpiry } from './expiry.ts';
import { takesOver, tokenOf, useToken } from './tokens.ts';

/** How many agents of one subscription are remembered. */
const MAX_AGENTS = 500;

/** The beginning of a fingerprint, enough for people to distinguish tokens. */
export function shortPrint(fingerprint: string | null): string {
  return fingerprint === null ? 'an unnamed token' : `token ${fingerprint.slice(0, 8)}`;
}

/** Adds a token that was seen in use. Returns the same record where it is in use already. */
export function addToken(
  record: SubscriptionRecord,
  fingerprint: string | undefined,
  seenMs: number,
  by: string,
): SubscriptionRecord {
  if (fingerprint === undefined || record.fingerprint === fingerprint) return record;
  if (record.fingerprint === null) {
    const breaker = record.breaker.state === 'closed' ? record.breaker : { ...record.breaker, fingerprint };
    return audited({ ...record, fingerprint, breaker }, by, `its token is ${shortPrint(fingerprint)}`, seenMs);
  }
  if (!takesOver(record, fingerprint, seenMs)) return record;
  const isNew = tokenOf(record, fingerprint) === undefined;
  const changed = useToken(record, fingerprint, seenMs);
  // A token that replaces another was most likely made just before.
  const dated = isNew && record.kind === 'subscription' ? { ...changed, issued_at: formatTime(seenMs) } : changed;
  return audited(
    { ...dated, expires_at: estimateExpiry(dated) },
    by,
    `${shortPrint(record.fingerprint)} was replaced by ${shortPrint(fingerprint)}`,
    seenMs,
  );
}

/** Adds an agent that uses the subscription. Returns the same record where it is known. */
export function addAgent(record: SubscriptionRecord, agent: string): SubscriptionRecord {
  if (record.agents.includes(agent)) return record;
  return { ...record, agents: [agent, ...record.agents].slice(0, MAX_AGENTS) };
}

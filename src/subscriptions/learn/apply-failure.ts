import { recordId } from '../../classify/ids.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import { runKey } from '../../contracts/run.ts';
import type { Holder, SubscriptionRecord } from '../../contracts/subscription.ts';
import { parseTime } from '../../contracts/time.ts';
import { introduceAgent, introduceToken } from '../record/add-token.ts';
import { audited } from '../record/audit.ts';
import { recordRefusal } from '../record/breaker.ts';
import { heldUntil } from '../record/breaker-timing.ts';
import { newRecord } from '../record/new-record.ts';
import { tokenMeant, withToken } from '../record/tokens.ts';
import { providerOf } from './provider-of.ts';

/**
 * Whether a failure record can speak against a token at all: a field of the runtime's own event said it, and said it
 * of the subscription, not of the run, the agent or the provider; and it is the run's verdict, whether the run was ended
 * for it or had ended by itself. What is only noted while a run goes on may heal, a single 401 or a refused window alike:
 * it refuses no run. What shadow mode, or a rule on trial, would have done counts against no token either.
 */
export function isAboutSubscription(failure: FailureRecord): boolean {
  if (failure.scope !== 'subscription' || failure.grade !== 'typed') return false;
  const isVerdict = failure.record_id === recordId(failure, 'verdict');
  return failure.disposition === 'aborted' || (failure.disposition === 'recorded' && isVerdict);
}

/** Takes in a failure of a run that used this subscription or key. */
export function applyFailure(
  before: SubscriptionRecord | undefined,
  holder: Holder,
  failure: FailureRecord,
  storedMs: number,
  nowMs: number,
): SubscriptionRecord | undefined {
  const { fingerprint } = failure.credential;
  // The earliest of the clocks that saw it: a host whose clock is ahead can't speak of the future.
  const observedMs = Math.min(
    parseTime(failure.evidence[0]?.observed_at ?? failure.issued_at) ?? storedMs,
    parseTime(failure.issued_at) ?? storedMs,
    storedMs,
  );
  const by = `run ${runKey(failure)}`;
  const known = before ?? audited(newRecord(holder, fingerprint ?? null, observedMs), by, 'learned from a run', nowMs);
  const provider = providerOf(failure.runtime.name);
  const named = known.provider === 'unknown' && provider !== undefined ? { ...known, provider } : known;
  const record = introduceToken(introduceAgent(named, failure.agent), fingerprint, observedMs, by);
  const token = tokenMeant(record, fingerprint, observedMs);
  const held = heldUntil({
    category: failure.category,
    observedMs,
    resetMs: failure.not_before === undefined ? undefined : parseTime(failure.not_before),
    isNamed: token?.fingerprint != null,
  });
  if (!token || !held) return before;
  const detection = {
    category: failure.category,
    reason: failure.message,
    evidence: failure.evidence,
    observedMs,
    held,
    by,
    witness: failure.agent,
  };
  const refused = recordRefusal(token, detection, nowMs);
  if (refused === token) return record === known && before ? before : record;
  return audited(withToken(record, refused), by, `the breaker opened: ${failure.category}`, nowMs);
}

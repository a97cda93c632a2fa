import { recordId } from '../../classify/ids.ts';
import { isNotedGoingOn } from '../../classify/note-going-on.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import { runKey } from '../../contracts/run.ts';
import type { Holder, SubscriptionRecord } from '../../contracts/subscription.ts';
import { parseTime } from '../../contracts/time.ts';
import { addAgent, addToken } from '../record/add-token.ts';
import { audited } from '../record/audit.ts';
import { recordRefusal } from '../record/breaker.ts';
import { heldUntil } from '../record/breaker-timing.ts';
import { newRecord } from '../record/new-record.ts';
import { tokenMeant, withToken } from '../record/tokens.ts';
import { providerOf } from './provider-of.ts';

/**
 * Whether a failure record counts against a token: a field of the runtime's own event says that the subscription failed,
 * not the run, the agent or the provider; and it is the run's verdict, whether knell ended the run or it ended by itself, or would be
 * but for what the run's command may do behind it.
 * What is only recorded while a run goes on, such as a single 401, may pass and counts against no token. Neither does what
 * shadow mode or an experimental rule would have done.
 */
export function isAboutSubscription(failure: FailureRecord): boolean {
  if (failure.scope !== 'subscription' || failure.grade !== 'typed') return false;
  const isVerdict = failure.record_id === recordId(failure, 'verdict');
  const isRecorded = failure.disposition === 'recorded' && isVerdict;
  return failure.disposition === 'aborted' || isRecorded || isNotedGoingOn(failure);
}

/**
 * Applies a failure of a run that used this subscription or key. Returns `before` itself where it changes nothing.
 *
 * @param storedMs when the stream stored the record, epoch milliseconds by the server's clock
 * @param succeededMs when a success was last heard of with its credential, by the same clock; undefined where none was
 */
export function applyFailure(
  before: SubscriptionRecord | undefined,
  holder: Holder,
  failure: FailureRecord,
  storedMs: number,
  nowMs: number,
  succeededMs?: number,
): SubscriptionRecord | undefined {
  const { fingerprint } = failure.credential;
  // The earliest of the times given: a host whose clock is ahead must not open a breaker in the future.
  const observedMs = Math.min(
    parseTime(failure.evidence[0]?.observed_at ?? failure.issued_at) ?? storedMs,
    parseTime(failure.issued_at) ?? storedMs,
    storedMs,
  );
  const by = `run ${runKey(failure)}`;
  const known = before ?? audited(newRecord(holder, fingerprint ?? null, observedMs), by, 'learned from a run', nowMs);
  const provider = providerOf(failure.runtime.name);
  const named = known.provider === 'unknown' && provider !== undefined ? { ...known, provider } : known;
  const record = addToken(addAgent(named, failure.agent), fingerprint, observedMs, by);
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
    succeededMs,
  };
  const refused = recordRefusal(token, detection, nowMs);
  if (refused === token) return record === known && before ? before : record;
  const next = withToken(record, refused);
  // Another refusal of what is refused already, of which only the time is news.
  return refused.breaker === token.breaker ? next : audited(next, by, `the breaker opened: ${failure.category}`, nowMs);
}

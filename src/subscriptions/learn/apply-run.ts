import type { Credential } from '../../contracts/evidence.ts';
import { runKey } from '../../contracts/run.ts';
import type { RunExited, RunHeartbeat, RunStarted } from '../../contracts/run-event.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { type Holder, SubscriptionId, type SubscriptionRecord } from '../../contracts/subscription.ts';
import { addAgent, addToken } from '../record/add-token.ts';
import { audited } from '../record/audit.ts';
import { bindTrial, endTrial, recordSuccess } from '../record/breaker.ts';
import { newRecord } from '../record/new-record.ts';
import { currentToken, tokenMeant, withToken } from '../record/tokens.ts';
import { providerOf } from './provider-of.ts';

/**
 * The record that a credential's successes and failures belong to: the subscription's, or that of the API key that
 * shadows its token. Undefined where it is not known: a key without a fingerprint could be any key.
 */
export function holderOf({ kind, subscription, fingerprint }: Partial<Credential> = {}): Holder | undefined {
  const { data: id } = SubscriptionId.safeParse(kind === 'api_key' ? fingerprint : subscription);
  return id === undefined ? undefined : { kind: kind === 'api_key' ? 'api_key' : 'subscription', id };
}

/** The credential that a run says it was started with. */
export function credentialOf(event: RunStarted): Credential {
  return {
    kind: event.credential?.kind ?? 'unknown',
    ...(event.subscription === undefined ? {} : { subscription: event.subscription }),
    ...(event.credential?.fingerprint === undefined ? {} : { fingerprint: event.credential.fingerprint }),
  };
}

/**
 * Learns from a run's start: the subscription, its provider, the agent, the token.
 *
 * @param storedMs when the server stored the event: one clock for all hosts, so a wrong one can't change tokens
 */
export function applyStarted(
  before: SubscriptionRecord | undefined,
  holder: Holder,
  event: RunStarted,
  storedMs: number,
): SubscriptionRecord {
  const by = `run ${runKey(event)}`;
  const fingerprint = event.credential?.fingerprint;
  let record = before ?? audited(newRecord(holder, fingerprint ?? null, storedMs), by, 'learned from a run', storedMs);
  if (record.removed_at !== null) {
    if (Date.parse(record.removed_at) >= storedMs) return record;
    record = audited({ ...record, removed_at: null }, by, 'learned again from a run', storedMs);
  }
  const provider = providerOf(event.runtime);
  if (record.provider === 'unknown' && provider !== undefined) record = { ...record, provider };
  record = addAgent(record, event.agent);
  record = addToken(record, fingerprint, storedMs, by);
  const token = tokenMeant(record, fingerprint, storedMs);
  if (!token) return record;
  const bound = bindTrial(token, event.agent, runKey(event), storedMs);
  return bound === token ? record : withToken(record, bound);
}

/** Applies the exit of a run. If it was a subscription's trial and proved nothing, another run may try. */
export function applyExited(record: SubscriptionRecord, event: RunExited, storedMs: number): SubscriptionRecord {
  const run = runKey(event);
  if (record.breaker.trial?.run !== run) return record;
  return { ...record, breaker: endTrial(record, run, storedMs).breaker };
}

/** Applies that the model has answered the run that is a subscription's trial: its token works, long before the run is done. */
export function applyAnswered(record: SubscriptionRecord, event: RunHeartbeat, storedMs: number): SubscriptionRecord {
  const run = runKey(event);
  if (!event.answered || record.breaker.trial?.run !== run) return record;
  const by = `run ${run}`;
  const proved = recordSuccess(currentToken(record), { startedMs: undefined, atMs: storedMs, by, run }, storedMs);
  return audited(withToken(record, proved), by, 'the breaker closed: the model has answered a run', storedMs);
}

/** When a run showed that its credential works, epoch milliseconds: by its result, or in plain text by its end. */
export function successMs({ succeeded, worked }: RunState): number | undefined {
  return (succeeded ?? worked)?.at_ms;
}

/** Applies that a run has done its work: its token works, or did while it ran. */
export function applySuccess(record: SubscriptionRecord, run: RunState, nowMs: number): SubscriptionRecord {
  const saidMs = successMs(run);
  if (saidMs === undefined) return record;
  // A host whose clock is ahead must not vouch for the future.
  const atMs = Math.min(saidMs, nowMs);
  const token = tokenMeant(record, run.credential?.fingerprint, run.started_ms ?? atMs);
  if (!token) return record;
  const key = runKey(run);
  const startedMs = run.started_ms === undefined ? undefined : Math.min(run.started_ms, nowMs);
  const proved = recordSuccess(token, { startedMs, atMs, by: `run ${key}`, run: key }, nowMs);
  if (proved === token) return record;
  const next = withToken(record, proved);
  const closed = token.breaker.state !== 'closed';
  return closed ? audited(next, `run ${key}`, 'the breaker closed: a run succeeded', nowMs) : next;
}

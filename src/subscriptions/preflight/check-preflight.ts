import { parseJson } from '../../contracts/parse-json.ts';
import { type PreflightReply, PreflightRequest, unknownReply } from '../../contracts/preflight.ts';
import type { SubscriptionRecord, TokenState } from '../../contracts/subscription.ts';
import type { Clock } from '../../pipeline/ports/ports.ts';
import type { SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import { grantTrial, takeTrialBack } from '../record/breaker.ts';
import { updateSubscription } from '../record/registry.ts';
import { currentToken, tokenOf, withToken } from '../record/tokens.ts';
import type { SubscriptionView } from '../view.ts';
import { answerPreflight, type Preflight } from './preflight.ts';

/** What is left of the 50 ms that an answer may take for reserving a trial, in milliseconds. */
const TRIAL_BUDGET_MS = 30;

export interface PreflightOptions {
  readonly store: SubscriptionStore;
  readonly view: SubscriptionView;
  readonly clock: Clock;
}

/**
 * Answers a preflight request as it came over the wire. Never throws: what can't be read or known is `unknown`.
 * Only the one trial of a half-open breaker is written, so that two askers never both get it.
 */
export async function checkPreflight(options: PreflightOptions, data: Uint8Array): Promise<PreflightReply> {
  const json = parseJson(data);
  if (json === undefined) return unknownReply('the request is not JSON');
  const request = PreflightRequest.safeParse(json);
  if (!request.success) {
    const [issue] = request.error.issues;
    return unknownReply(`the request can't be read: ${issue?.path.join('.') || 'it'} ${issue?.message}`);
  }
  const preflight = answerPreflight(request.data, options.view, options.clock.now());
  if (!preflight.trial) return preflight.reply;
  const { underWay, key } = trialUnderWay(options.store, preflight.trial);
  // A hundred may ask at once: all but the first are told without a write.
  if (underWay.has(key)) return taken(preflight);
  underWay.add(key);
  const reserved = reserveTrial(options, preflight).finally(() => underWay.delete(key));
  try {
    return await withinBudget(options.clock, reserved);
  } catch {
    reserved.then((reply) => giveBack(options, preflight, reply)).catch(() => undefined);
    return unknownReply('the trial could not be reserved: the store of subscriptions does not answer');
  }
}

/** Takes the trial for the asker; the second one waits for what it shows. */
async function reserveTrial({ store, clock }: PreflightOptions, preflight: Preflight): Promise<PreflightReply> {
  const { reply, trial } = preflight;
  if (!trial) return reply;
  let granted = false;
  await updateSubscription(store, trial.holder, (record) => {
    const token = record && tokenFor(record, trial.fingerprint);
    const tried = token && grantTrial(token, trial.agent, clock.now());
    granted = tried !== undefined;
    return record && tried ? withToken(record, tried) : record;
  });
  return granted ? reply : taken(preflight);
}

function taken({ reply, trial }: Preflight): PreflightReply {
  const answer = trial?.isLikelyOver ? 'unknown' : 'refused';
  return { ...reply, answer, reason: 'another run is trying whether it works again' };
}

/** Which trials of a store are being written for an asker right now. */
const beingReserved = new WeakMap<SubscriptionStore, Set<string>>();

function trialUnderWay(store: SubscriptionStore, { holder, fingerprint }: NonNullable<Preflight['trial']>) {
  const underWay = beingReserved.get(store) ?? new Set<string>();
  beingReserved.set(store, underWay);
  return { underWay, key: `${holder.kind} ${holder.id} ${fingerprint ?? ''}` };
}

/** A trial that was written too late: the asker has been told that it is not known, and starts no run on it. */
async function giveBack({ store }: PreflightOptions, { trial }: Preflight, reply: PreflightReply): Promise<void> {
  if (!trial || reply.answer !== 'serviceable') return;
  await updateSubscription(store, trial.holder, (record) => {
    const token = record && tokenFor(record, trial.fingerprint);
    const freed = token && takeTrialBack(token, trial.agent);
    return record && freed && freed !== token ? withToken(record, freed) : record;
  });
}

function tokenFor(record: SubscriptionRecord, fingerprint: string | null): TokenState | undefined {
  if (fingerprint !== null) return tokenOf(record, fingerprint);
  return record.fingerprint === null ? currentToken(record) : undefined;
}

function withinBudget<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(TRIAL_BUDGET_MS, () => reject(new Error('too late')));
    work.then(resolve, reject).finally(cancel);
  });
}

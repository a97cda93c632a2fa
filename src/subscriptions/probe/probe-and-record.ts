import { fingerprintOf } from '../../contracts/fingerprint.ts';
import type { Holder, SubscriptionRecord } from '../../contracts/subscription.ts';
import type { Clock } from '../../pipeline/ports/ports.ts';
import type { ProbeLease, SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import { updateSubscription } from '../record/registry.ts';
import { tokenOf } from '../record/tokens.ts';
import { applyProbe } from './apply-probe.ts';
import { type ProbeOptions, probe } from './probe.ts';
import type { ProbeResult } from './read-probe-answer.ts';

export interface ProbeAndRecordOptions extends Omit<ProbeOptions, 'now'> {
  readonly store: SubscriptionStore;
  readonly lease: ProbeLease;
  readonly clock: Clock;
  readonly salt: string;
  /** Whose token it is; left out for an API key, and where only the result is wanted. */
  readonly subscription?: string;
}

export interface ProbeOutcome {
  /** Undefined: this credential was probed less than a minute ago. */
  readonly result: ProbeResult | undefined;
  readonly fingerprint: string;
  /** What is known of the token's owner now; undefined where its owner is not known. */
  readonly record: SubscriptionRecord | undefined;
}

/**
 * Probes the credential, once a minute at most over the whole fleet, and stores the finding under its fingerprint. The
 * token itself goes only to the provider.
 *
 * @throws {Error} with code `PROVIDER_UNREACHABLE`, or what the store throws
 */
export async function probeAndRecord(options: ProbeAndRecordOptions): Promise<ProbeOutcome> {
  const { store, lease, clock, credential, provider } = options;
  const fingerprint = fingerprintOf(credential.token, options.salt);
  const holder = holderOf(options, fingerprint);
  const before = holder && (await store.get(holder))?.record;
  if (!(await lease.take(fingerprint))) return { result: undefined, fingerprint, record: before };

  const sentMs = clock.now();
  const result = await probe({ ...options, now: () => clock.now() });
  if (!holder) return { result, fingerprint, record: undefined };
  const openSince = (before && tokenOf(before, fingerprint)?.breaker.since) ?? null;
  const finding = { holder, provider, fingerprint, result, sentMs, openSince };
  const record = await updateSubscription(store, holder, (known) => applyProbe(known, finding, clock.now()));
  return { result, fingerprint, record };
}

/** An API key has a record of its own, not that of the subscription that it shadows. */
function holderOf({ credential, subscription }: ProbeAndRecordOptions, fingerprint: string): Holder | undefined {
  if (credential.kind === 'api_key') return { kind: 'api_key', id: fingerprint };
  return subscription === undefined ? undefined : { kind: 'subscription', id: subscription };
}

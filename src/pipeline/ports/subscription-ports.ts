import type { Holder, SubscriptionRecord } from '../../contracts/subscription.ts';
import type { Settlement } from './ports.ts';

/*
 * What the registry of subscriptions needs from the world. `nats/` and `memory/` both provide it,
 * and one conformance suite holds both to the same behaviour.
 */

/** A subscription's record and the revision it was read at. */
export interface VersionedSubscription {
  /** Undefined: what stands there can't be read, and may be replaced. */
  readonly record: SubscriptionRecord | undefined;
  readonly revision: number;
}

/** What knell knows of subscriptions. */
export interface SubscriptionStore {
  get(holder: Holder): Promise<VersionedSubscription | undefined>;
  /** Stores the record if no other writer came since `revision` (0: if there is none). False: one did. */
  put(record: SubscriptionRecord, revision: number): Promise<boolean>;
  /**
   * All records that are known now, then every change, until `stop`; undefined: the record is gone.
   * `ready` settles when all known ones were handed over.
   */
  watch(
    listener: (key: string, record: SubscriptionRecord | undefined) => void,
  ): Promise<{ ready: Promise<void>; stop(): void }>;
}

/** One stored message, not yet parsed, from the streams that tell about subscriptions. */
export interface EvidenceMessage extends Settlement {
  readonly subject: string;
  readonly data: Buffer;
  /** When the stream stored it, epoch milliseconds, by the server's clock. */
  readonly storedMs: number;
}

/** Lets one probe of a credential through, over the whole fleet, until a minute has passed. */
export interface ProbeLease {
  /** False: the credential was probed less than a minute ago, or is being probed now. */
  take(fingerprint: string): Promise<boolean>;
}

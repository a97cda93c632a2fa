import type { Holder, SubscriptionRecord } from '../contracts/subscription.ts';
import { holderKey } from '../contracts/subscription.ts';
import { createDueQueue } from '../pipeline/due/due-queue.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';
import type { SubscriptionStore } from '../pipeline/ports/subscription-ports.ts';
import { expiryNotice } from './expiry-notice.ts';
import { nextWarningMs, rungDue, rungsUpTo } from './record/expiry.ts';
import { updateSubscription } from './record/registry.ts';
import type { SubscriptionTelemetry } from './telemetry.ts';

export interface ExpiryWarningsOptions {
  readonly store: SubscriptionStore;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly clock: Clock;
  readonly telemetry: SubscriptionTelemetry;
}

export interface ExpiryWarnings {
  /** Must be called with each record as it is read or changes. */
  watch(key: string, record: SubscriptionRecord | undefined): void;
  /** Cancels what is waiting, and settles when what is under way is done. */
  stop(): Promise<void>;
}

/** How long a warning waits after it could not be sent, in milliseconds. */
const RETRY_MS = 10_000;

/**
 * Sends each token's expiry warnings when they are due. The record keeps what was sent, so a worker that starts finds
 * what became due while none ran; workers that send the same warning send it with the same id.
 */
export function startExpiryWarnings({ store, publisher, clock, telemetry }: ExpiryWarningsOptions): ExpiryWarnings {
  const underWay = new Set<Promise<void>>();

  async function sendDueWarning(holder: Holder): Promise<void> {
    try {
      await updateSubscription(store, holder, async (record) => {
        const rung = record && rungDue(record, clock.now());
        if (!rung) return record;
        // First the notice, then the note that it was sent: a crash in between repeats it under the same id.
        await publisher.notice(expiryNotice(record, rung, clock.now()), [record.id, rung]);
        telemetry.expiryWarned({ record, rung });
        return { ...record, warned: rungsUpTo(rung) };
      });
    } catch (error) {
      telemetry.workRetried({ what: `expiry warning of ${holder.id}`, error });
      queue.set(holderKey(holder), clock.now() + RETRY_MS, holder);
    }
  }

  const queue = createDueQueue<Holder>(clock, (holder) => {
    const work = sendDueWarning(holder).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  return {
    watch(key, record) {
      const due = record && nextWarningMs(record);
      if (!record || due === undefined) queue.delete(key);
      else queue.set(key, due, { kind: record.kind, id: record.id });
    },
    async stop() {
      queue.stop();
      await Promise.all(underWay);
    },
  };
}

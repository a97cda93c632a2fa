import { holderKey, type SubscriptionRecord } from '../contracts/subscription.ts';
import type { SubscriptionStore, VersionedSubscription } from '../pipeline/ports/subscription-ports.ts';

/** Subscriptions in process: simulations and tests. */
export function createMemorySubscriptionStore(): SubscriptionStore {
  const records = new Map<string, VersionedSubscription>();
  const listeners = new Set<(key: string, record: SubscriptionRecord | undefined) => void>();
  let lastRevision = 0;
  return {
    async get(holder) {
      return records.get(holderKey(holder));
    },
    async put(record, revision) {
      const key = holderKey(record);
      if ((records.get(key)?.revision ?? 0) !== revision) return false;
      lastRevision += 1;
      records.set(key, { record: structuredClone(record), revision: lastRevision });
      for (const listener of listeners) listener(key, record);
      return true;
    },
    async watch(listener) {
      for (const [key, { record }] of records) listener(key, record);
      listeners.add(listener);
      return { ready: Promise.resolve(), stop: () => listeners.delete(listener) };
    },
  };
}

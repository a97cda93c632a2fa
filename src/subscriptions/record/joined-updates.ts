import { type Holder, holderKey, type SubscriptionRecord } from '../../contracts/subscription.ts';
import type { SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import { updateSubscription } from './registry.ts';

/** Decides what a record becomes. The same record, or undefined: nothing changes. */
export type JoinedChange = (before: SubscriptionRecord | undefined) => SubscriptionRecord | undefined;

/** What one change found, and what it left. */
export interface Joined {
  readonly before: SubscriptionRecord | undefined;
  readonly after: SubscriptionRecord | undefined;
}

export interface JoinedUpdates {
  /**
   * Applies a change to a holder's record, and settles when it is stored.
   *
   * @throws what the change throws, and what `updateSubscription` throws
   */
  update(holder: Holder, change: JoinedChange): Promise<Joined>;
}

interface Waiting {
  readonly change: JoinedChange;
  readonly resolve: (joined: Joined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Changes of one record that come while one is under way go into the next write together, one after the other. Each by
 * itself they would race each other: a thousand runs that start with one subscription write one key.
 */
export function createJoinedUpdates(store: SubscriptionStore): JoinedUpdates {
  /** Holder → what waits for the write that is under way. */
  const queues = new Map<string, Waiting[]>();

  async function apply(holder: Holder, group: readonly Waiting[]): Promise<void> {
    let settle: (() => void)[] = [];
    try {
      await updateSubscription(store, holder, (known) => {
        let record = known;
        settle = group.map(({ change, resolve, reject }) => {
          const before = record;
          try {
            record = change(before) ?? before;
          } catch (error) {
            return () => reject(error);
          }
          const after = record;
          return () => resolve({ before, after });
        });
        return record;
      });
      for (const one of settle) one();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function work(key: string, holder: Holder, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await apply(holder, queue.splice(0));
    queues.delete(key);
  }

  return {
    update: (holder, change) =>
      new Promise((resolve, reject) => {
        const key = holderKey(holder);
        const queue = queues.get(key);
        const waiting = { change, resolve, reject };
        if (queue) {
          queue.push(waiting);
          return;
        }
        const begun = [waiting];
        queues.set(key, begun);
        void work(key, holder, begun);
      }),
  };
}

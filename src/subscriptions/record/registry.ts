import { type Holder, holderKey, type SubscriptionRecord } from '../../contracts/subscription.ts';
import { pauseAfterRaces } from '../../pipeline/ports/race-pause.ts';
import type { SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';

/** Decides what a record becomes. The same record, or undefined: nothing changes. */
export type Change = (
  before: SubscriptionRecord | undefined,
) => SubscriptionRecord | undefined | Promise<SubscriptionRecord | undefined>;

/** More lost races in a row than any real number of writers causes. */
const MAX_RACES = 64;

/**
 * Changes one record by compare-and-set: where another writer was first, the change is decided anew from what that one
 * wrote, so no writer's change is lost.
 *
 * @returns the record as it now is; undefined when there is none
 * @throws {Error} with code `SUBSCRIPTION_CONTENDED` when other writers win 64 races in a row, or what the store throws
 */
export async function updateSubscription(
  store: SubscriptionStore,
  holder: Holder,
  change: Change,
): Promise<SubscriptionRecord | undefined> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    await pauseAfterRaces(race);
    const known = await store.get(holder);
    const next = await change(known?.record);
    if (next === undefined || next === known?.record) return known?.record;
    if (await store.put(next, known?.revision ?? 0)) return next;
  }
  throw Object.assign(
    new Error(`other writers changed the record of ${holderKey(holder)} ${MAX_RACES} times in a row`),
    {
      code: 'SUBSCRIPTION_CONTENDED',
    },
  );
}

import type { Credential } from '../../contracts/evidence.ts';
import type { SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import { holderOf } from './apply-run.ts';

/**
 * When a credential last let anything succeed, epoch milliseconds, as far as its record tells: no later than it did. A
 * success that closes a breaker counts from when that had opened, so it is never taken for one before the failures.
 *
 * @returns nothing where no success is known
 * @throws whatever the store throws
 */
export async function lastSuccessMs(
  store: Pick<SubscriptionStore, 'get'>,
  credential: Credential,
): Promise<number | undefined> {
  const holder = holderOf(credential);
  const record = holder && (await store.get(holder))?.record;
  if (!record) return undefined;
  const token = [record, ...record.other_tokens].find(
    ({ fingerprint }) => credential.fingerprint === undefined || fingerprint === credential.fingerprint,
  );
  const times = [token?.vouched_at, token?.health.state === 'healthy' ? token.health.at : undefined];
  const known = times.flatMap((time) => (typeof time === 'string' ? [Date.parse(time)] : []));
  return known.length === 0 ? undefined : Math.max(...known);
}

import type { Credential } from '../../contracts/evidence.ts';
import type { SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import { holderOf } from './apply-run.ts';

/**
 * When anything last succeeded with a credential, epoch milliseconds, as far as its record knows. The record may be behind,
 * but is never ahead.
 *
 * @returns undefined where no success is known
 * @throws what the store throws
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

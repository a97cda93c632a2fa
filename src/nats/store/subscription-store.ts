import { parseJson } from '../../contracts/parse-json.ts';
import { holderKey, SubscriptionRecord } from '../../contracts/subscription.ts';
import type { SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { watchBucket } from './watch-bucket.ts';

/**
 * Subscriptions in the key-value bucket `knell_subscriptions`, written by compare-and-set.
 *
 * @param onUnreadable called for an entry that is no subscription
 */
export function createSubscriptionStore(
  bucket: Bucket,
  onUnreadable: (key: string, reason: string) => void,
): SubscriptionStore {
  return {
    async get(holder) {
      const entry = await bucket.get(holderKey(holder));
      if (entry?.operation !== 'PUT') return undefined;
      const read = parse(entry.value);
      if (read.newer) {
        throw Object.assign(new Error(`${entry.key} was written by a newer knell: update this one`), {
          code: 'SUBSCRIPTION_FROM_NEWER_KNELL',
        });
      }
      if (!read.record) onUnreadable(entry.key, read.reason);
      return { record: read.record, revision: entry.revision };
    },
    put: (record, revision) => putIfUnchanged(bucket, holderKey(record), JSON.stringify(record), revision),
    watch: (listener) =>
      watchBucket(bucket, ({ operation, key, value }) => {
        const read = operation === 'PUT' ? parse(value) : undefined;
        if (read && !read.record) onUnreadable(key, read.reason);
        listener(key, read?.record);
      }),
  };
}

interface Read {
  readonly record: SubscriptionRecord | undefined;
  readonly reason: string;
  /** Whether it is a subscription in a later version of the contract, which must not be overwritten. */
  readonly newer: boolean;
}

function parse(data: Uint8Array): Read {
  const json = parseJson(data);
  if (json === undefined) return { record: undefined, reason: 'not JSON', newer: false };
  const parsed = SubscriptionRecord.safeParse(json);
  if (parsed.success) return { record: parsed.data, reason: '', newer: false };
  const schema = (json as { schema?: unknown } | null)?.schema;
  const newer = typeof schema === 'string' && /^knell\.subscription\/v([2-9]|\d\d)/.test(schema);
  return { record: undefined, reason: parsed.error.issues[0]?.message ?? 'no subscription', newer };
}

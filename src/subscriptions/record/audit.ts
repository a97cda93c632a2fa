import type { SubscriptionRecord } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';

/** The most entries kept for one subscription. */
const MAX_AUDIT = 50;

/** Adds an entry to a record's audit: who did what, and when. */
export function audited(record: SubscriptionRecord, by: string, what: string, nowMs: number): SubscriptionRecord {
  const entry = { at: formatTime(nowMs), by, what };
  return { ...record, updated_at: entry.at, audit: [entry, ...record.audit].slice(0, MAX_AUDIT) };
}

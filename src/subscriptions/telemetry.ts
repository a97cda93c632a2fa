import type { SubscriptionRecord } from '../contracts/subscription.ts';

/** What happens to subscriptions, for logs and metrics. */
export interface SubscriptionTelemetry {
  /** A record was written: `what` is the newest entry of its audit, where the writing made one. */
  recordChanged(info: { record: SubscriptionRecord; what: string | undefined }): void;
  /** A record in the registry is new or has changed, by any writer. Not called for the records that are there at the start. */
  recordSeen(info: { before: SubscriptionRecord | undefined; record: SubscriptionRecord }): void;
  expiryWarned(info: { record: SubscriptionRecord; rung: string }): void;
  preflightAnswered(info: { answer: string; tookMs: number }): void;
  /** Bad input, kept out of the redelivery loop. */
  evidenceRejected(info: { subject: string; reason: string }): void;
  /** Something outside failed; it will be tried again. */
  workRetried(info: { what: string; error: unknown }): void;
}

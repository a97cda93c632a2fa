import type { ConsumerLag } from './consumer-lag.ts';

/** Up to where a consumer has come: by stream sequence, and by the number of deliveries. */
export interface ReadUpTo {
  readonly seq: number;
  readonly deliveries: number;
}

/** Messages that the stream dropped before they were delivered, and up to where the consumer has come since. */
export interface StreamGap {
  readonly missed: number;
  readonly upTo: ReadUpTo;
}

/**
 * Compares what a consumer was at before with what it is at now. Where the stream's first message lies behind what was
 * read before, messages have been dropped: those that were passed over without a delivery, and those still to be passed.
 * Repeated deliveries make the count too small, never too large.
 *
 * @param before left out: nothing is known of earlier
 */
export function gapSince(
  before: ReadUpTo | undefined,
  now: Pick<ConsumerLag, 'deliveredSeq' | 'deliveries' | 'firstSeq'>,
): StreamGap {
  const dropped = now.firstSeq - 1;
  const upTo = { seq: Math.max(now.deliveredSeq, dropped), deliveries: now.deliveries };
  const from = before ?? { seq: now.deliveredSeq, deliveries: now.deliveries };
  // A consumer that was made anew begins at the beginning.
  if (now.deliveries < from.deliveries || dropped <= from.seq) return { missed: 0, upTo };
  const passed = Math.max(0, now.deliveredSeq - from.seq) - (now.deliveries - from.deliveries);
  const ahead = Math.max(0, dropped - Math.max(now.deliveredSeq, from.seq));
  return { missed: Math.max(0, passed) + ahead, upTo };
}

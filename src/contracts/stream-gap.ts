/** Up to where a consumer has come: by stream sequence, and by the number of deliveries. */
export interface ReadUpTo {
  readonly seq: number;
  readonly deliveries: number;
}

/** Where a consumer and its stream are at one look. */
export interface ConsumerPlace extends Pick<ReadUpTo, 'deliveries'> {
  readonly deliveredSeq: number;
  /** The first sequence that the stream still holds. */
  readonly firstSeq: number;
}

/** What one worker saw at a look, a gap where messages were dropped unread: each worker sees it, at looks of its own. */
export interface SeenGap {
  /** What it had seen before; left out: nothing, since it has just started. */
  readonly before?: ReadUpTo | undefined;
  readonly now: ConsumerPlace;
  /** Up to where the consumer has nothing open; left out: not known. */
  readonly settledSeq?: number | undefined;
  /** When it looked, epoch milliseconds by the server's clock. */
  readonly atMs: number;
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
export function gapSince(before: ReadUpTo | undefined, now: ConsumerPlace): StreamGap {
  const dropped = now.firstSeq - 1;
  const upTo = { seq: Math.max(now.deliveredSeq, dropped), deliveries: now.deliveries };
  const from = before ?? placeOf(now);
  // A consumer that was made anew begins at the beginning.
  if (now.deliveries < from.deliveries || dropped <= from.seq) return { missed: 0, upTo };
  const passed = Math.max(0, now.deliveredSeq - from.seq) - (now.deliveries - from.deliveries);
  const ahead = Math.max(0, dropped - Math.max(now.deliveredSeq, from.seq));
  return { missed: Math.max(0, passed) + ahead, upTo };
}

/**
 * What of a gap nobody has counted yet. Pure.
 *
 * @param countedTo up to where gaps were counted, by whatever worker; left out: none was
 */
export function gapBehind(countedTo: ReadUpTo | undefined, { before, now }: SeenGap): StreamGap {
  const from = before ?? countedTo ?? placeOf(now);
  const gap = gapSince(countedTo && countedTo.seq > from.seq ? countedTo : from, now);
  return countedTo && countedTo.seq > gap.upTo.seq ? { missed: 0, upTo: countedTo } : gap;
}

function placeOf({ deliveredSeq, deliveries }: ConsumerPlace): ReadUpTo {
  return { seq: deliveredSeq, deliveries };
}

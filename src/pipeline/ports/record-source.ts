/**
 * A durable stream of records for a program outside, such as Fluentd. Each record is handed out one at a time and settled
 * by its taker; what is not settled is handed out again, so delivery is at least once.
 */
export interface RecordSource {
  /**
   * The next record, as soon as there is one. `undefined` only once the source has been closed.
   *
   * @throws when the stream behind it can't be read just now; calling again tries afresh
   */
  next(): Promise<SourcedRecord | undefined>;
  /** Hands out nothing more; a `next()` that waits resolves at once. Never throws. */
  close(): Promise<void>;
}

/** A record and its settlement: one of `ack`, `retryLater` and `reject`, once. */
export interface SourcedRecord {
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the stream stored it, in epoch milliseconds. */
  readonly storedAtMs: number;
  /** How often it has been handed out, this time included: 1 the first time. */
  readonly deliveries: number;
  /** Done with, for good. Resolves once the stream has confirmed that; throws when it did not, and the record may come again. */
  ack(): Promise<void>;
  /** Not now: the stream hands it out again after `delayMs` milliseconds. */
  retryLater(delayMs: number): void;
  /** Never: it can't be made sense of, and handing it out again would not help. */
  reject(): void;
}

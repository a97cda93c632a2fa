import type { Clock } from '../clock.ts';
import { decodeMessage, encodeMessage, type OutMessage } from './out-message.ts';
import type { Spool } from './spool.ts';

/** `stored`: the other side has it. `refused`: it never will, trying again is useless. A rejection means: try again. */
export type SendResult = 'stored' | 'refused';
export type Send = (message: OutMessage) => Promise<SendResult>;

export interface OutboxOptions {
  clock: Clock;
  /** Where messages go that find no room in memory; without it they are dropped. */
  spool?: Spool;
  /** Bound of what waits in memory, messages in flight included. */
  memoryBytes?: number;
  /** Bound of what is in flight. */
  windowMessages?: number;
  windowBytes?: number;
  /** Called with each message that is not delivered because there was no room, or because it was refused. */
  onDrop?: (message: OutMessage, why: 'full' | 'refused') => void;
}

/**
 * Messages on their way out, first in, first out, while the other side comes and goes. When all room is taken the newest
 * are dropped, not the oldest: how a stream is to be read shows in its first line, so that one must not get lost,
 * and what was accepted once is never taken back.
 */
export interface Outbox {
  /** Never blocks. A message to `keep` is accepted even when there is no room: use it for few and small ones. */
  push(message: OutMessage, keep?: 'keep'): void;
  /** The other side is there. What was in flight when it went away is sent again, in order. */
  open(send: Send): void;
  /** The other side is gone. */
  shut(): void;
  /** Settles when nothing waits any more. */
  emptied(): Promise<void>;
  /** Gives up: hands over each message that still waits. The outbox is not used afterwards. */
  abandon(each: (message: OutMessage) => void): void;
}

interface Entry {
  readonly message: OutMessage;
  state: 'waiting' | 'sent' | 'settled';
}

const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 2_000;

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, spool, memoryBytes = 8 * 1024 * 1024, onDrop } = options;
  const { windowMessages = 64, windowBytes = 4 * 1024 * 1024 } = options;

  /** The oldest messages: some in flight, the others next. Those before `first` are settled. */
  let head: Entry[] = [];
  let first = 0;
  let headBytes = 0;
  /** Messages to keep that found no other room. They are younger than all that lies in the spool. */
  const kept: OutMessage[] = [];
  let send: Send | undefined;
  /** Rises with each loss of the other side: an answer of an older generation is not waited for any more. */
  let generation = 0;
  let inFlight = 0;
  let inFlightBytes = 0;
  /**
   * One message at a time until the first is stored, and again after each failure. If all went out at once and only the
   * first of them failed, the others would overtake it.
   */
  let careful = true;
  /** After a failure: nothing new goes out until all in flight is settled and a while has passed. */
  let recovering = false;
  let failures = 0;
  let cancelRetry: (() => void) | undefined;
  const onEmpty: (() => void)[] = [];

  const isEmpty = () => first === head.length && kept.length === 0 && (spool?.rows ?? 0) === 0;

  const enqueue = (message: OutMessage) => {
    head.push({ message, state: 'waiting' });
    headBytes += sizeOf(message);
  };

  const refill = () => {
    while (headBytes < windowBytes && head.length - first < windowMessages * 2) {
      const row = spool?.take();
      const message = row ? decodeMessage(row) : kept.shift();
      if (!message) return;
      enqueue(message);
    }
  };

  const pump = () => {
    if (!send || recovering) return;
    refill();
    const window = careful ? 1 : windowMessages;
    for (let at = first; at < head.length; at++) {
      if (inFlight >= window || inFlightBytes >= windowBytes) break;
      const entry = head[at] as Entry;
      if (entry.state === 'waiting') transmit(entry, send);
    }
    if (isEmpty()) for (const resolve of onEmpty.splice(0)) resolve();
  };

  const transmit = (entry: Entry, by: Send) => {
    const sentIn = generation;
    const bytes = sizeOf(entry.message);
    entry.state = 'sent';
    inFlight++;
    inFlightBytes += bytes;
    const settle = (result: SendResult | 'failed') => {
      if (sentIn !== generation) return;
      inFlight--;
      inFlightBytes -= bytes;
      if (result === 'failed') {
        entry.state = 'waiting';
        failures += recovering ? 0 : 1;
        recovering = true;
        careful = true;
      } else {
        entry.state = 'settled';
        if (result === 'refused') onDrop?.(entry.message, 'refused');
        else if (!recovering) careful = false;
        if (!recovering) failures = 0;
        forgetSettled();
      }
      if (!recovering) pump();
      else if (inFlight === 0) retryLater();
    };
    by(entry.message).then(settle, () => settle('failed'));
  };

  const retryLater = () => {
    const delayMs = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 10));
    cancelRetry = clock.after(delayMs, () => {
      recovering = false;
      pump();
    });
  };

  const forgetSettled = () => {
    while (head[first]?.state === 'settled') headBytes -= sizeOf((head[first++] as Entry).message);
    if (first > 1_024 && first * 2 > head.length) {
      head = head.slice(first);
      first = 0;
    }
  };

  return {
    push(message, keep) {
      const overtakes = kept.length > 0 || (spool?.rows ?? 0) > 0;
      if (!overtakes && headBytes + sizeOf(message) <= memoryBytes) enqueue(message);
      else if (kept.length === 0 && spool?.add(encodeMessage(message))) return;
      else if (keep) kept.push(message);
      else onDrop?.(message, 'full');
      pump();
    },
    open(by) {
      send = by;
      careful = true;
      failures = 0;
      pump();
    },
    shut() {
      send = undefined;
      generation++;
      inFlight = 0;
      inFlightBytes = 0;
      recovering = false;
      cancelRetry?.();
      for (const entry of head) if (entry.state === 'sent') entry.state = 'waiting';
    },
    emptied() {
      if (isEmpty()) return Promise.resolve();
      return new Promise((resolve) => {
        onEmpty.push(resolve);
      });
    },
    abandon(each) {
      send = undefined;
      generation++;
      cancelRetry?.();
      for (const entry of head) if (entry.state !== 'settled') each(entry.message);
      for (let row = spool?.take(); row; row = spool?.take()) each(decodeMessage(row));
      for (const message of kept) each(message);
      spool?.close();
    },
  };
}

/** What a waiting message costs in memory, its fields included. */
function sizeOf(message: OutMessage): number {
  return message.payload.length + 512;
}

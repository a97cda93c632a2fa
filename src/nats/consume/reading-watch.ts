import type { JetStreamManager } from 'nats';
import { gapSince, type ReadUpTo, type SeenGap } from '../../contracts/stream-gap.ts';
import type { Clock } from '../../pipeline/ports/ports.ts';
import { type ConsumerLag, readLag } from './consumer-lag.ts';
import type { MessageSource } from './message-source.ts';

/** A consumer to look after; it need not be there yet. */
export interface WatchedConsumer {
  readonly stream: string;
  readonly durable: string;
  /** What it has to hand out, with wildcards; left out: that is not looked at. */
  readonly subject?: string;
}

export interface ReadingWatchOptions {
  readonly manager: JetStreamManager;
  readonly consumers: readonly WatchedConsumer[];
  readonly clock: Clock;
  readonly events: ReadingEvents;
  /** Milliseconds from one look to the next. */
  readonly everyMs?: number;
}

/** Messages that a stream dropped before its consumer's workers had read them. */
export interface MissedMessages {
  readonly stream: string;
  readonly durable: string;
  readonly missed: number;
  readonly upToSeq: number;
  /** A worker had been given them; left out: none had. */
  readonly inHand?: true;
}

/** What is seen, past tense. */
export interface ReadingEvents {
  lagRead(lag: ConsumerLag, look: SeenGap): void;
  /** Messages waited and the server had no request, although there was room here: they have been asked for anew. */
  requestsMissed(info: { durable: string; unread: number }): void;
  /** The stream dropped messages that its consumer had not read. */
  messagesMissed(gap: MissedMessages): void;
  /** A consumer's settings were changed so that it does not hand out what has to be read, or loses some; or they serve again. */
  consumerChanged(info: { stream: string; durable: string; misfits: readonly string[] }): void;
  /** JetStream did not answer. */
  lookFailed(info: { error: unknown }): void;
}

/** What is known of the reading. */
export interface Reading {
  readonly lags: readonly ConsumerLag[];
  /** Consumers that were there at an earlier look, and are not any more; their streams may be gone too. */
  readonly gone?: readonly WatchedConsumer[];
  /** When JetStream last answered for all of it, epoch milliseconds. */
  readonly answeredMs: number;
  /** Why the last look failed, when it did. */
  readonly failure?: unknown;
  readonly gap?: Pick<MissedMessages, 'stream' | 'missed' | 'inHand'> & { readonly atMs: number };
}

export interface ReadingWatch {
  reading(): Reading;
  /** Looks at once; settles when that is done, also where it failed. */
  lookNow(): Promise<void>;
  /** From now on has this source ask anew where its requests are lost. */
  attach(source: Omit<MessageSource, 'takeHighest'>): void;
  /** Has a gap count like those that a look shows, where something else found it. */
  tellMissed(gap: MissedMessages): void;
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;

/**
 * Compares over and over what the server says of the consumers with what is done here. Where messages wait and the
 * server has no request although there is room for more, they are asked for anew; what a stream dropped unread is reported.
 * Started before the reading, it also tells what was dropped while no worker was there.
 *
 * @throws a NATS error when the first look fails
 */
export async function startReadingWatch(options: ReadingWatchOptions): Promise<ReadingWatch> {
  const { manager, consumers, clock, events, everyMs = EVERY_MS } = options;
  const readUpTo = new Map<string, ReadUpTo>();
  const lastSeen = new Map<string, ConsumerLag>();
  const sources = new Map<string, Omit<MessageSource, 'takeHighest'>>();
  let reading: Reading = { lags: [], answeredMs: clock.now() };
  let cancel: () => void = () => undefined;
  let stopped = false;

  function tellMissed(gap: MissedMessages): void {
    const { stream, missed, inHand } = gap;
    reading = { ...reading, gap: { stream, missed, atMs: clock.now(), ...(inHand && { inHand }) } };
    events.messagesMissed(gap);
  }

  function take(lag: ConsumerLag): void {
    const key = keyOf(lag);
    const source = sources.get(key);
    const before = readUpTo.get(key);
    const { missed, upTo } = gapSince(before, lag);
    readUpTo.set(key, upTo);
    const { deliveredSeq, deliveries, firstSeq, settledSeq } = lag;
    const seen: SeenGap = { before, now: { deliveredSeq, deliveries, firstSeq }, settledSeq, atMs: clock.now() };
    if (missed > 0) tellMissed({ stream: lag.stream, durable: lag.durable, missed, upToSeq: upTo.seq });
    const last = lastSeen.get(key);
    lastSeen.set(key, lag);
    const { stream, durable, misfits = [] } = lag;
    if (String(misfits) !== String(last?.misfits ?? [])) events.consumerChanged({ stream, durable, misfits });
    // Seen twice in a row: between the end of a request and the next one there is none for a moment.
    if (source?.hasRoom && isStuck(lag) && last && isStuck(last) && last.deliveries === lag.deliveries) {
      source.askAnew();
      events.requestsMissed({ durable: lag.durable, unread: lag.unread });
    }
    events.lagRead(lag, seen);
  }

  async function look(): Promise<void> {
    // What was there and is not any more was deleted behind the service's back. One that was made since the question is not meant.
    const wereThere = new Set([...sources.keys(), ...lastSeen.keys()]);
    const all = await Promise.all(
      consumers.map(({ stream, durable, subject }) => readLag(manager, stream, durable, subject)),
    );
    const lags = all.filter((lag) => lag !== undefined);
    const { failure: _, ...rest } = reading;
    // One that was made anew has none of the requests that were made before.
    for (const before of reading.gone ?? [])
      if (lags.some((lag) => keyOf(lag) === keyOf(before))) sources.get(keyOf(before))?.askAnew();
    const gone = consumers.filter((consumer, i) => all[i] === undefined && wereThere.has(keyOf(consumer)));
    reading = { ...rest, lags, gone, answeredMs: clock.now() };
    lags.forEach(take);
  }

  let looking = Promise.resolve();
  function lookNow(): Promise<void> {
    looking = looking
      .then(look)
      .catch((error: unknown) => {
        if (stopped) return;
        reading = { ...reading, failure: error };
        events.lookFailed({ error });
      })
      .finally(lookLater);
    return looking;
  }
  function lookLater(): void {
    cancel();
    if (!stopped) cancel = clock.after(everyMs, lookNow);
  }

  await look();
  lookLater();
  return {
    reading: () => reading,
    lookNow,
    attach: (source) => void sources.set(keyOf(source), source),
    tellMissed,
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}

function keyOf({ stream, durable }: WatchedConsumer): string {
  return `${stream} ${durable}`;
}

function isStuck({ unread, waiting }: ConsumerLag): boolean {
  return unread > 0 && waiting === 0;
}

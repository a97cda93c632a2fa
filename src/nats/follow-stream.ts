import { setTimeout as pause } from 'node:timers/promises';
import { consumerOpts, type JetStreamClient, type JetStreamSubscription, type JsMsg } from 'nats';
import { openAgain } from './open-again.ts';
import { lastMessage } from './stored-message.ts';

/** What to follow. */
export interface Followed {
  readonly stream: string;
  /** A subject, or a wildcard. */
  readonly subject: string;
  /** From when on; left out: from now on, and nothing that comes after the call is missed. */
  readonly since?: Date;
  /** Compares with the leader what was handed on. Asks for the right to read messages of the stream. */
  readonly compare?: { readonly onReopened: (reason: string) => void; readonly everyMs?: number | undefined };
}

/** How long to wait before subscribing again when that failed, in milliseconds. */
const RETRY_MS = 500;
/** Longer than nats.js takes to miss two heartbeats and to mend its consumer by itself. */
const COMPARE_EVERY_MS = 15_000;

/**
 * Hands on the messages of a stream in order, by a consumer that the client makes and forgets. Where the server goes away,
 * it goes on where it stopped when the server is back. A consumer may become deaf without a word: with `compare`, where a
 * message stands behind what was handed on and nothing has come since the last look, it is made anew. A stream that was
 * deleted and made anew is then followed from its start.
 *
 * @param take must not throw
 * @returns how to stop
 * @throws a NATS error when the stream can't be followed at first
 */
export async function followStream(
  jetstream: JetStreamClient,
  { stream, subject, since, compare }: Followed,
  take: (message: JsMsg) => void,
): Promise<() => void> {
  let stopped = false;
  const before =
    since === undefined || compare ? await (await jetstream.jetstreamManager()).streams.info(stream) : undefined;
  let nextSeq = since === undefined && before ? before.state.last_seq + 1 : undefined;
  let created = before?.created;
  let isRemade = false;

  const open = () => openAgain(subscribe, (late) => late.unsubscribe());
  function subscribe(): Promise<JetStreamSubscription> {
    const options = consumerOpts();
    options.orderedConsumer();
    // Named, the client need not ask which stream has the subject: not every login may.
    options.bindStream(stream);
    if (nextSeq !== undefined) options.startSequence(nextSeq);
    else options.startTime(since as Date);
    return jetstream.subscribe(subject, options);
  }

  async function read(): Promise<void> {
    for await (const message of subscription) {
      nextSeq = message.seq + 1;
      take(message);
    }
  }

  let subscription = await open();
  void (async () => {
    while (!stopped) {
      // After an outage nats.js 2.29.3 can't make a consumer anew that began at a time (the server's error 10094), and
      // says so here. It is made anew where the last one stopped.
      const reason = await read().then(
        () => 'it ended, or messages were missing',
        (error) => String(error),
      );
      if (stopped) return;
      compare?.onReopened(reason);
      for (let isOpen = false; !isOpen; ) {
        await pause(RETRY_MS, undefined, { ref: false });
        if (stopped) return;
        if (isRemade) nextSeq = 1;
        isRemade = false;
        isOpen = await open().then(
          (opened) => {
            subscription = opened;
            return true;
          },
          () => false,
        );
      }
    }
    subscription.unsubscribe();
  })();

  /** What came next at the last look, where a message stood behind it. */
  let behind: { readonly nextSeq: number | undefined } | undefined;
  const manager = compare && (await jetstream.jetstreamManager(false));
  async function look(): Promise<void> {
    if (!manager) return;
    const now = await manager.streams.info(stream);
    if (now.created !== created) {
      created = now.created;
      isRemade = true;
      if (!stopped) subscription.unsubscribe();
      return;
    }
    const from = nextSeq;
    const last = await lastMessage(manager, stream, subject);
    const isNew = last !== undefined && (from === undefined ? last.time >= (since as Date) : last.seq >= from);
    const isBehind = isNew && nextSeq === from;
    const isDeaf = isBehind && behind !== undefined && behind.nextSeq === from;
    behind = isBehind && !isDeaf ? { nextSeq: from } : undefined;
    if (isDeaf && !stopped) subscription.unsubscribe();
  }
  let isLooking = false;
  const looking =
    compare &&
    setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      // Where the server does not answer, the reading watch reports it.
      void look()
        .catch(() => undefined)
        .finally(() => {
          isLooking = false;
        });
    }, compare.everyMs ?? COMPARE_EVERY_MS).unref();

  return () => {
    stopped = true;
    clearInterval(looking);
    subscription.unsubscribe();
  };
}

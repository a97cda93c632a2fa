import { setTimeout as pause } from 'node:timers/promises';
import { consumerOpts, type JetStreamClient, type JetStreamSubscription, type JsMsg } from 'nats';

/** What to follow. */
export interface Followed {
  readonly stream: string;
  /** A subject, or a wildcard. */
  readonly subject: string;
  /** From when on; left out: from now on, and nothing that comes after the call is missed. */
  readonly since?: Date;
}

/** How long to wait before subscribing again when that failed, in milliseconds. */
const RETRY_MS = 500;

/**
 * Hands on the messages of a stream in order, by a consumer that the client makes and forgets. Where the server goes away,
 * it goes on where it stopped when the server is back.
 *
 * @param take must not throw
 * @returns how to stop
 * @throws a NATS error when the stream can't be followed at first
 */
export async function followStream(
  jetstream: JetStreamClient,
  { stream, subject, since }: Followed,
  take: (message: JsMsg) => void,
): Promise<() => void> {
  let stopped = false;
  let nextSeq =
    since === undefined
      ? (await (await jetstream.jetstreamManager()).streams.info(stream)).state.last_seq + 1
      : undefined;

  function open(): Promise<JetStreamSubscription> {
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
      await read().catch(() => undefined);
      if (stopped) return;
      await pause(RETRY_MS, undefined, { ref: false });
      subscription = await open().catch(() => subscription);
    }
    subscription.unsubscribe();
  })();
  return () => {
    stopped = true;
    subscription.unsubscribe();
  };
}

import { AckPolicy, consumerOpts, DeliverPolicy, type JsMsg, type NatsConnection, type NatsError, nanos } from 'nats';
import { onReconnect } from '../reconnect.ts';
import { type AckBatch, createAckBatch } from './ack-batch.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createPuller, type Puller } from './puller.ts';

export interface MessageSourceOptions {
  readonly connection: NatsConnection;
  readonly stream: string;
  /** The durable consumer that all workers share. */
  readonly durable: string;
  readonly subject: string;
  /** Bytes that may be here and not yet settled before no more are asked for: what bounds a worker's memory. */
  readonly maxBytes: number;
  /** How long the server waits for an ack before it delivers to somebody else, in milliseconds. */
  readonly ackWaitMs?: number;
  /** Unacknowledged messages over all workers before the server holds back. */
  readonly maxAckPending?: number;
  /** How long `stop` waits for what is under way, in milliseconds; what is not done by then is delivered again. */
  readonly stopWithinMs?: number;
}

export interface MessageSource {
  /** Messages that are here and not yet settled. */
  readonly held: number;
  /** Takes no more messages, gives back those not begun, and settles when those under way are done. */
  stop(): Promise<void>;
}

/** Messages in one request. Two requests are out at a time: one is refilled while the other delivers. */
const BATCH = 128;
const PULLERS = 2;

/** Room in a request for a message's subject, headers and reply, which count too. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * Hands every message of a stream to `handle`, at least once, sharing the work with all who use the same durable.
 * Messages with the same subject are handled one after the other; others side by side. A handler that is done at once
 * returns nothing, and then costs nothing. It acknowledges by way of `acks`.
 *
 * More is asked for only while less than `maxBytes` and a few hundred messages are here unsettled: what is not asked
 * for stays in the stream, where any worker may have it. The server is told of messages that take long, so that a
 * message under way is not handed out twice while this process lives.
 *
 * nats.js 2.29.3 has `consume()` for this, but with `max_bytes` it asks without end and gets nothing once short messages
 * are followed by longer ones, because it counts bytes of requests that are over; see the test.
 */
export async function startMessageSource(
  options: MessageSourceOptions,
  handle: (message: JsMsg, acks: AckBatch) => Promise<void> | undefined,
): Promise<MessageSource> {
  const { connection, stream, durable, subject, maxBytes } = options;
  const { ackWaitMs = 10_000, maxAckPending = 50_000, stopWithinMs = 3_000 } = options;
  const config = {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: maxAckPending,
  };
  const manager = await connection.jetstreamManager();
  const ensure = () => manager.consumers.add(stream, config);
  await ensure();

  const acks = createAckBatch();
  const queue = createKeyedQueue<JsMsg>((message) => handle(message, acks));
  const requestBytes = Math.max(maxBytes / PULLERS, (connection.info?.max_payload ?? 0) + ENVELOPE_BYTES);
  let stopping = false;
  /** Not begun when the source was told to stop. */
  const unwanted: JsMsg[] = [];
  const hasRoom = (): boolean => !stopping && queue.held < BATCH * PULLERS && queue.heldBytes < maxBytes;
  const pullers: Puller[] = [];
  const askAll = (): void => {
    for (const puller of pullers) puller.ask();
  };
  queue.onSettled(askAll);
  async function addPuller(): Promise<void> {
    let puller: Puller | undefined;
    const settings = consumerOpts();
    settings.bind(stream, durable);
    settings.manualAck();
    settings.callback((error: NatsError | null, message: JsMsg | null) => {
      if (message && stopping) unwanted.push(message);
      else if (message) queue.enter(message.subject, message, message.data.length);
      puller?.heard(error, message !== null);
    });
    const subscription = await connection.jetstream().pullSubscribe(subject, settings);
    puller = createPuller({ subscription, hasRoom, batch: BATCH, maxBytes: requestBytes, recover: ensure });
    pullers.push(puller);
  }
  await Promise.all(Array.from({ length: PULLERS }, addPuller));
  askAll();
  const stopListening = onReconnect(connection, () => {
    for (const puller of pullers) puller.askAgain();
  });
  const touching = setInterval(() => {
    for (const message of queue.cameBefore(Date.now() - ackWaitMs / 3)) message.working();
  }, ackWaitMs / 3);
  touching.unref();

  return {
    get held() {
      return queue.held;
    },
    async stop() {
      stopping = true;
      stopListening();
      unwanted.push(...queue.abandon());
      const leaving = (async () => {
        await Promise.all(pullers.map((puller) => puller.stop()));
        // Asked for its state, the server forgets requests that nobody listens to any more. Without that, nats-server
        // 2.9.10 loses one of the messages that are given back to such a request, until its ack wait is over.
        await manager.consumers.info(stream, durable).catch(() => undefined);
        for (const message of unwanted) message.nak();
        await queue.drained();
      })();
      await Promise.race([leaving, new Promise((resolve) => setTimeout(resolve, stopWithinMs).unref())]);
      clearInterval(touching);
      acks.flush();
    },
  };
}

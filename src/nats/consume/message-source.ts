import { AckPolicy, DeliverPolicy, type JsMsg, type NatsConnection, nanos } from 'nats';
import { onReconnect } from '../reconnect.ts';
import { messageAt } from '../stored-message.ts';
import { type AckBatch, createAckBatch } from './ack-batch.ts';
import { ensureConsumer } from './ensure-consumer.ts';
import { createKeyedQueue, type Together } from './keyed-queue.ts';
import { type LetGo, letGo } from './let-go.ts';
import { sendPullRequest } from './pull-request.ts';
import { createPuller } from './puller.ts';

export interface MessageSourceOptions {
  readonly connection: NatsConnection;
  readonly stream: string;
  /** The durable consumer that all workers share. */
  readonly durable: string;
  readonly subject: string;
  /** Bytes that may be here and not yet settled before no more are asked for: what bounds a worker's memory. */
  readonly maxBytes: number;
  /** How long the server waits for an ack before it delivers to another worker, in milliseconds. */
  readonly ackWaitMs?: number;
  /** Unacknowledged messages over all workers before the server holds back. */
  readonly maxAckPending?: number;
  /** How long `stop` waits for what is under way, in milliseconds; what is not done by then is delivered again. */
  readonly stopWithinMs?: number;
  /** How many messages of one subject that wait are handled together; left out: one. */
  readonly together?: Together;
  /** How long the server keeps a request, in milliseconds. */
  readonly expiresMs?: number;
  /** Called when the server has lost a request, or its word on it was lost. It is asked anew by then. */
  readonly onLost?: () => void;
  /** Called when the stream has dropped a message that waited here for its turn. It is settled by then. */
  readonly onGone?: (message: JsMsg) => void;
}

export interface MessageSource {
  readonly stream: string;
  readonly durable: string;
  /** Messages that are here and not yet settled. */
  readonly held: number;
  /** Whether more would be taken just now. */
  readonly hasRoom: boolean;
  /** The highest sequence that came since this was asked last; 0 where none did. */
  takeHighest(): number;
  /** Gives up the requests that are out, and asks anew: for a caller that sees that the server has none of them. */
  askAnew(): void;
  /** Takes no more messages, gives back those not begun, and settles when those under way are done. */
  stop(): Promise<void>;
}

/** What can be done with messages that are handled together. */
export interface InHand {
  readonly acks: AckBatch;
  /** They were read and wait for something else: neither they nor what comes on their subject meanwhile takes up the room of others. */
  setAside(): void;
}

/** A message that is here; `left`: its bytes are not. */
interface Held {
  message: JsMsg;
  left?: LetGo;
}

/** Messages in one request. Two requests are out at a time: one is refilled while the other delivers. */
const BATCH = 128;
const PULLERS = 2;
/** Heartbeats in the life of a request. */
const HEARTBEATS = 3;
/**
 * How long the server keeps a request, and how long it waits for an ack, in milliseconds. A worker that is frozen is still
 * given what it has asked for; so it must have asked for no more by the time that this is handed out again.
 */
const EXPIRES_MS = 6_000;
const ACK_WAIT_MS = 7_000;

/**
 * How far ahead of what floods it is read, so that others behind it in the stream are reached. The bytes of what has not begun are let
 * go of past `maxBytes`, and read again when their turn comes.
 */
const MOST_BEHIND = { items: 16_384, bytes: 128 * 1024 * 1024 };
/** How long a message waits whose bytes could not be read again, in milliseconds. */
const RETRY_MS = 1_000;

/** Room in a request for a message's subject, headers and reply, which count too. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * Hands every message of a stream to `handle`, at least once, sharing the work with all who use the same durable.
 * Messages with the same subject are handled in their order, `together` where several wait; others side by side. A
 * handler that is done at once returns nothing, and then costs nothing. It acknowledges by way of `acks`.
 *
 * More is asked for only while less than `maxBytes` and a few hundred messages are here unsettled: what is not asked
 * for stays in the stream, where any worker may have it. What waits behind many others of its own subject, or is set aside, does not count,
 * up to a bound of its own: a stream is read in its order, so what floods would hold up all others. The server hears of messages that take long, so that a
 * message under way is not handed out twice while this process lives.
 *
 * nats.js 2.29.3 has `consume()` for this. With `max_bytes` it asks without end and gets nothing once short messages are
 * followed by longer ones, because it counts bytes of requests that are over. All its requests share a reply subject, so
 * each reconnect and each missed heartbeat adds one that circulates for good. `fetch()` takes a bound in messages or in
 * bytes, not both, and leaves a status listener on the connection each time. So requests are sent here: pull-request.ts.
 */
export async function startMessageSource(
  options: MessageSourceOptions,
  handle: (messages: readonly JsMsg[], inHand: InHand) => Promise<void> | undefined,
): Promise<MessageSource> {
  const { connection, stream, durable, subject, maxBytes } = options;
  const { ackWaitMs = ACK_WAIT_MS, maxAckPending = 50_000, stopWithinMs = 3_000, expiresMs = EXPIRES_MS } = options;
  const onLost = options.onLost ?? (() => undefined);
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
  const ensure = () => ensureConsumer(manager, stream, config);
  await ensure();

  const acks = createAckBatch();
  const queue = createKeyedQueue<Held>((held) => {
    const setAside = () => queue.setAside((held[0] as Held).message.subject);
    if (held.every(({ left }) => !left))
      return handle(
        held.map(({ message }) => message),
        { acks, setAside },
      );
    return Promise.all(held.map(whole)).then((found) => {
      const messages = found.flatMap((message) => message ?? []);
      return messages.length > 0 ? handle(messages, { acks, setAside }) : undefined;
    });
  }, options.together);

  /** The message with its bytes; undefined where they can't be had, and it is settled. */
  async function whole({ message, left }: Held): Promise<JsMsg | undefined> {
    if (!left) return message;
    try {
      const stored = await messageAt(manager, stream, message.seq);
      if (stored) return left.fill(stored);
      message.term();
      options.onGone?.(message);
    } catch {
      message.nak(RETRY_MS);
    }
    return undefined;
  }

  const requestBytes = Math.max(maxBytes / PULLERS, (connection.info?.max_payload ?? 0) + ENVELOPE_BYTES);
  /** One subject that floods has as much under way as is taken together, and as much waits for that. */
  const mostNear = BATCH * PULLERS + 2 * (options.together?.items ?? 1);
  let stopping = false;
  /** Not begun when the source was stopped. */
  const unwanted: JsMsg[] = [];
  const hasRoom = (): boolean => {
    const { behind, held, heldBytes } = queue;
    const isTooFar = behind.items >= MOST_BEHIND.items || behind.bytes >= MOST_BEHIND.bytes;
    return !stopping && !isTooFar && held - behind.items < mostNear && heldBytes - behind.bytes < maxBytes;
  };
  let highest = 0;
  const take = (message: JsMsg): void => {
    highest = Math.max(highest, message.seq);
    if (stopping) {
      unwanted.push(message);
      return;
    }
    const held: Held = { message };
    const isBehind = queue.enter(message.subject, held, message.data.length);
    if (!isBehind || queue.behind.bytes <= maxBytes) return;
    held.left = letGo(message, connection);
    held.message = held.left.bare;
  };
  const pullers = Array.from({ length: PULLERS }, () =>
    createPuller({
      send: (alone, onEnd) =>
        sendPullRequest({
          connection,
          stream,
          durable,
          ...(alone ? { batch: 1 } : { batch: BATCH, maxBytes: requestBytes }),
          expiresMs,
          heartbeatMs: expiresMs / HEARTBEATS,
          onMessage: take,
          onEnd,
        }),
      hasRoom,
      recover: ensure,
      onLost,
    }),
  );
  const askAll = (): void => {
    for (const puller of pullers) puller.ask();
  };
  const askAnew = (): void => {
    for (const puller of pullers) puller.askAnew();
  };
  queue.onSettled(askAll);
  askAll();
  const stopListening = onReconnect(connection, askAnew);
  const touching = setInterval(() => {
    for (const { message } of queue.cameBefore(Date.now() - ackWaitMs / 3)) message.working();
  }, ackWaitMs / 3);
  touching.unref();

  return {
    stream,
    durable,
    get held() {
      return queue.held;
    },
    get hasRoom() {
      return hasRoom();
    },
    takeHighest() {
      const taken = highest;
      highest = 0;
      return taken;
    },
    askAnew,
    async stop() {
      stopping = true;
      stopListening();
      unwanted.push(...queue.abandon().map(({ message }) => message));
      const leaving = (async () => {
        await Promise.all(pullers.map((puller) => puller.stop()));
        // Asked for its state, the server forgets requests without a listener. Without that, nats-server
        // 2.9.10 loses one of the messages that are given back to such a request, until its ack wait is over.
        await manager.consumers.info(stream, durable).catch(() => undefined);
        for (const message of unwanted) message.nak();
        await queue.drained();
      })();
      await Promise.race([leaving, new Promise((resolve) => setTimeout(resolve, stopWithinMs).unref())]);
      clearInterval(touching);
      acks.flush();
      // What is still here may wait for its turn for long: another worker need not wait as well.
      for (const { message } of queue.cameBefore(Number.POSITIVE_INFINITY)) message.nak();
    },
  };
}

/** Handles messages one by one. */
export function eachAlone<R>(
  handle: (message: JsMsg, inHand: InHand) => R,
): (messages: readonly JsMsg[], inHand: InHand) => R {
  return ([message], inHand) => handle(message as JsMsg, inHand);
}

import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg, type NatsConnection, nanos } from 'nats';

export interface MessageSourceOptions {
  readonly connection: NatsConnection;
  readonly stream: string;
  /** The durable consumer that all workers share. */
  readonly durable: string;
  readonly subject: string;
  /** Bytes asked for ahead: what bounds a worker's memory. */
  readonly maxBytes: number;
  /** How long the server waits for an ack before it delivers to somebody else, in milliseconds. */
  readonly ackWaitMs?: number;
  /** Unacknowledged messages over all workers before the server holds back. */
  readonly maxAckPending?: number;
  /** Messages handled at once by this worker. */
  readonly concurrency?: number;
}

export interface MessageSource {
  /** Takes no more messages, and settles when those under way are done. */
  stop(): Promise<void>;
}

/**
 * Hands every message of a stream to `handle`, at least once, sharing the work with all who use the same durable.
 * Messages with the same `keyOf` are handled one after the other; others side by side.
 */
export async function startMessageSource(
  options: MessageSourceOptions,
  keyOf: (message: JsMsg) => string,
  handle: (message: JsMsg) => Promise<void>,
): Promise<MessageSource> {
  const { connection, stream, durable, subject, maxBytes, ackWaitMs = 10_000, maxAckPending = 50_000 } = options;
  const manager = await connection.jetstreamManager();
  await manager.consumers.add(stream, {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: maxAckPending,
  });
  const consumer = await connection.jetstream().consumers.get(stream, durable);
  const messages = await consumer.consume({ max_bytes: maxBytes, idle_heartbeat: 5_000 });
  const lanes = createLanes(options.concurrency ?? 256);
  const reading = readAll(messages, async (message) => {
    await lanes.enter(keyOf(message), () => handle(message));
  });
  return {
    async stop() {
      await messages.close();
      await reading;
      await lanes.drained();
    },
  };
}

async function readAll(messages: ConsumerMessages, take: (message: JsMsg) => Promise<void>): Promise<void> {
  for await (const message of messages) await take(message);
}

/** Runs work side by side up to a limit, but work of one key in the order it came. */
function createLanes(limit: number) {
  const tails = new Map<string, Promise<void>>();
  let running = 0;
  let wake: (() => void) | undefined;
  const leave = (): void => {
    running -= 1;
    wake?.();
    wake = undefined;
  };
  return {
    /** Settles as soon as there is room for more: what waits for it is the back-pressure on the stream. */
    async enter(key: string, work: () => Promise<void>): Promise<void> {
      running += 1;
      const mine = (tails.get(key) ?? Promise.resolve()).then(work).finally(() => {
        if (tails.get(key) === mine) tails.delete(key);
        leave();
      });
      tails.set(key, mine);
      while (running >= limit) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async drained(): Promise<void> {
      await Promise.all(tails.values());
    },
  };
}

import { type JetStreamManager, NatsError } from 'nats';
import { nextMessage } from '../stored-message.ts';

/** How far a durable consumer is with its stream, by the server's own account. */
export interface ConsumerLag {
  readonly stream: string;
  readonly durable: string;
  /** Messages that were never delivered. */
  readonly unread: number;
  /** Messages that were delivered and are not acknowledged. */
  readonly unacknowledged: number;
  /** Of these, those that were delivered more than once. */
  readonly redelivered: number;
  /** Requests for messages that wait at the server, of all workers together. */
  readonly waiting: number;
  /** The last stream sequence that was delivered, and how many deliveries there were, repeated ones included. */
  readonly deliveredSeq: number;
  readonly deliveries: number;
  /** The first sequence that the stream still holds. */
  readonly firstSeq: number;
  /** When the oldest unread message was stored, epoch milliseconds by the server's clock. */
  readonly oldestUnreadMs?: number;
}

/**
 * @returns undefined where the consumer or its stream is not there
 * @throws a NATS error when JetStream does not answer
 */
export async function readLag(
  manager: JetStreamManager,
  stream: string,
  durable: string,
): Promise<ConsumerLag | undefined> {
  try {
    const { num_pending: unread, delivered, config, ...consumer } = await manager.consumers.info(stream, durable);
    const { state } = await manager.streams.info(stream);
    const oldest =
      unread > 0
        ? await nextMessage(manager, stream, config.filter_subject ?? '>', delivered.stream_seq + 1)
        : undefined;
    return {
      stream,
      durable,
      unread,
      unacknowledged: consumer.num_ack_pending,
      redelivered: consumer.num_redelivered,
      waiting: consumer.num_waiting,
      deliveredSeq: delivered.stream_seq,
      deliveries: delivered.consumer_seq,
      firstSeq: state.first_seq,
      ...(oldest ? { oldestUnreadMs: oldest.time.getTime() } : {}),
    };
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

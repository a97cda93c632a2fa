import { type JetStreamManager, NatsError } from 'nats';
import { nextMessage } from '../stored-message.ts';
import { misfitsOf } from './consumer-misfits.ts';
import { hasPassedOver, PASSED_OVER } from './passed-over.ts';

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
  /** Up to this sequence nothing is open: all was acknowledged, or dropped and given up. Never newer than `firstSeq`. */
  readonly settledSeq: number;
  /** The first sequence that the stream still holds. */
  readonly firstSeq: number;
  /** When the oldest unread message was stored, epoch milliseconds by the server's clock. */
  readonly oldestUnreadMs?: number;
  /** When the oldest message was stored that was delivered and is not acknowledged. */
  readonly oldestUnacknowledgedMs?: number;
  /** Why the consumer would lose messages, or does not hand out what has to be read; left out where it serves. */
  readonly misfits?: readonly string[];
}

/**
 * @param wanted the subjects that have to be read; left out: it is not looked whether they are
 * @returns undefined where the consumer or its stream is not there
 * @throws a NATS error when JetStream does not answer
 */
export async function readLag(
  manager: JetStreamManager,
  stream: string,
  durable: string,
  wanted?: string,
): Promise<ConsumerLag | undefined> {
  try {
    const infoNow = () => manager.consumers.info(stream, durable);
    const before = await infoNow();
    const { state } = await manager.streams.info(stream);
    // What was delivered between these two answers, and dropped then, was not dropped unread.
    const info = state.first_seq - 1 > before.delivered.stream_seq ? await infoNow() : before;
    const { num_pending: unread, delivered, ack_floor, config, ...consumer } = info;
    const { num_ack_pending: unacknowledged } = consumer;
    const storedMs = async (from: number): Promise<number | undefined> =>
      (await nextMessage(manager, stream, config.filter_subject || '>', from))?.time.getTime();
    const [passedOver, oldestUnreadMs, oldestUnacknowledgedMs] = await Promise.all([
      hasPassedOver(manager, info),
      unread > 0 ? storedMs(delivered.stream_seq + 1) : undefined,
      // Above the floor stand messages that are settled too, but the first of them is not.
      unacknowledged > 0 ? storedMs(ack_floor.stream_seq + 1) : undefined,
    ]);
    const misfits = [...misfitsOf(config, wanted), ...(passedOver ? [PASSED_OVER] : [])];
    return {
      stream,
      durable,
      unread,
      unacknowledged,
      redelivered: consumer.num_redelivered,
      waiting: consumer.num_waiting,
      deliveredSeq: delivered.stream_seq,
      deliveries: delivered.consumer_seq,
      settledSeq: before.ack_floor.stream_seq,
      firstSeq: state.first_seq,
      ...(oldestUnreadMs !== undefined && { oldestUnreadMs }),
      ...(oldestUnacknowledgedMs !== undefined && { oldestUnacknowledgedMs }),
      ...(misfits.length > 0 && { misfits }),
    };
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

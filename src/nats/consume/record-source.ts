import {
  AckPolicy,
  DeliverPolicy,
  ErrorCode,
  type JetStreamManager,
  type JsMsg,
  type NatsConnection,
  NatsError,
  nanos,
} from 'nats';
import { CONSUMERS } from '../../contracts/subjects.ts';
import type { RecordSource, SourcedRecord } from '../../pipeline/ports/record-source.ts';
import { misfitsOf } from './consumer-misfits.ts';
import { configOf, consumerMisfit } from './ensure-consumer.ts';

export interface NatsRecordSourceOptions {
  connection: NatsConnection;
  /** The stream to read, e.g. `KNELL_FAILURES`. It must exist. */
  stream: string;
  /** Name of the durable consumer. Processes that share the name share the records. */
  durable?: string;
  /**
   * How long a record may stay unsettled before the stream hands it out again, in milliseconds. It should exceed the time
   * that a taker needs to settle a record. Only used when the consumer is created.
   */
  ackWaitMs?: number;
}

/** How long one request for a record waits at the server. Well under the client's own 5 s, so that the server answers first. */
const PULL_MS = 3_000;

/**
 * Reads a JetStream stream from its beginning through a durable pull consumer, which is created if missing and never
 * changed or deleted. Nothing is fetched ahead: a record is asked for when `next()` is called.
 *
 * `next()` throws a NATS error when the stream or the server is away, and an error with code `CONSUMER_MISFIT`
 * when a consumer of that name exists that would lose records.
 */
export function createNatsRecordSource(options: NatsRecordSourceOptions): RecordSource {
  const { connection, stream, durable = CONSUMERS.fluentd, ackWaitMs = 30_000 } = options;
  const jetstream = connection.jetstream();
  let consumerChecked = false;
  let closed = false;
  let endWaiting: (() => void) | undefined;

  async function pull(): Promise<JsMsg | undefined> {
    while (!closed) {
      try {
        if (!consumerChecked) await openDurable(await connection.jetstreamManager(), stream, durable, ackWaitMs);
        consumerChecked = true;
        // Deprecated in favour of fetch() and consume(), which do not suit a reader that takes its time over each record
        // for weeks (nats 2.29.3): each fetch() leaves a status listener on the connection for good, and consume() asks
        // once more, for good, whenever it missed heartbeats while it was not read.
        return await jetstream.pull(stream, durable, PULL_MS);
      } catch (error) {
        if (isNothingThere(error)) continue;
        consumerChecked = false;
        throw error;
      }
    }
    return undefined;
  }

  return {
    next: () =>
      new Promise((resolve, reject) => {
        // The request can't be called back, so close() does not wait for it: what it still brings is returned.
        endWaiting = () => resolve(undefined);
        pull().then((message) => {
          if (closed) message?.nak();
          resolve(message && !closed ? toRecord(message) : undefined);
        }, reject);
      }),
    async close() {
      closed = true;
      endWaiting?.();
    },
  };
}

function isNothingThere(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.JetStream408RequestTimeout;
}

function toRecord(message: JsMsg): SourcedRecord {
  return {
    subject: message.subject,
    data: message.data,
    storedAtMs: Math.floor(message.info.timestampNanos / 1e6),
    deliveries: message.info.deliveryCount,
    async ack() {
      await message.ackAck();
    },
    retryLater: (delayMs) => message.nak(delayMs),
    // Without a reason: nats-server before 2.10.4 takes "+TERM" only when nothing follows it.
    reject: () => message.term(),
  };
}

/** Creates the durable where it is missing; one that is there keeps its settings. */
async function openDurable(
  manager: JetStreamManager,
  stream: string,
  durable: string,
  ackWaitMs: number,
): Promise<void> {
  const existing = await configOf(manager, stream, durable);
  if (!existing) {
    await manager.consumers.add(stream, {
      durable_name: durable,
      description: 'Forwards records to Fluentd; acknowledged when Fluentd has acknowledged.',
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(ackWaitMs),
      // Without end, because Fluentd may be away for longer than any count.
      max_deliver: -1,
      max_ack_pending: 1_000,
    });
    return;
  }
  const misfits = misfitsOf(existing);
  if (misfits.length > 0) throw consumerMisfit(stream, durable, misfits);
}

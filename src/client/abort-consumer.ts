import { randomUUID } from 'node:crypto';
import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  DeliverPolicy,
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  nanos,
} from 'nats';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';

/** Whether instances of a backend share the commands, or each gets all. */
export type Delivery = 'shared' | 'each';

export interface AbortConsumerOptions {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
  readonly by: string;
  readonly delivery: Delivery;
}

/** How far back a new consumer begins, and how long one without a reader is kept, in milliseconds. */
const HOUR_MS = 3_600_000;
/** JetStream's error code for a consumer that does not exist. */
const CONSUMER_NOT_FOUND = 10014;

/** The place of this backend in the stream of commands, and how to give it up. */
export async function openAbortConsumer(
  options: AbortConsumerOptions,
): Promise<{ consumer: Consumer; forget: () => Promise<void> }> {
  const { connection, manager, subjects, by, delivery } = options;
  const name = `backend_${by.replace(/[^A-Za-z0-9_-]/g, '_')}${delivery === 'each' ? `_${randomUUID()}` : ''}`;
  if (!(await exists(manager, name))) {
    const config: Partial<ConsumerConfig> = {
      durable_name: name,
      filter_subject: subjects.all('aborts'),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(30_000),
      max_deliver: -1,
      // Commands are valid for minutes: what is older says nothing to a backend that was never here.
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: new Date(Date.now() - HOUR_MS).toISOString(),
      ...(delivery === 'each' ? { inactive_threshold: nanos(HOUR_MS) } : {}),
    };
    await manager.consumers.add(STREAMS.aborts, config).catch(async (error: unknown) => {
      // Two instances that start together both find none; the second one's start time differs by a moment.
      if (!(await exists(manager, name))) throw error;
    });
  }
  return {
    consumer: await connection.jetstream().consumers.get(STREAMS.aborts, name),
    async forget() {
      if (delivery === 'each') await manager.consumers.delete(STREAMS.aborts, name).catch(() => undefined);
    },
  };
}

async function exists(manager: JetStreamManager, name: string): Promise<boolean> {
  try {
    await manager.consumers.info(STREAMS.aborts, name);
    return true;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === CONSUMER_NOT_FOUND) return false;
    throw error;
  }
}

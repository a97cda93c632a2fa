import { type JetStreamManager, NatsError } from 'nats';
import { askAgain } from './ask-again.ts';

/**
 * Makes what tells the first sequence of a stream that workers may not be done with, by its durable consumer; 1 where none has ever been
 * here. Many runs are asked about at once; an answer that is a little old only means more messages.
 *
 * @returns it throws a NATS error when JetStream does not answer
 */
export function createUnreadFrom(manager: JetStreamManager, stream: string, durable: string): () => Promise<number> {
  let asking: Promise<number> | undefined;
  return async () => {
    asking ??= doneUpTo(manager, stream, durable).finally(() => {
      asking = undefined;
    });
    return (await asking) + 1;
  };
}

async function doneUpTo(manager: JetStreamManager, stream: string, durable: string): Promise<number> {
  try {
    return (await askAgain(() => manager.consumers.info(stream, durable))).ack_floor.stream_seq;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return 0;
    throw error;
  }
}

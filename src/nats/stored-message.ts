import { type JetStreamManager, type MsgRequest, NatsError, type StoredMsg } from 'nats';
import { askAgain } from './ask-again.ts';

/*
 * Reads of stored messages, all answered by the stream's leader. A direct get would be answered by any replica, and one
 * that is behind says "there is no such message": a run then looks silent, or its output like plain text.
 */

/** The first message of a stream that stands at `seq` or after it and fits the filter; undefined when there is none. */
export function nextMessage(
  manager: JetStreamManager,
  stream: string,
  filter: string,
  seq: number,
): Promise<StoredMsg | undefined> {
  // nats-server knows `next_by_subj` for this request since 2.9.0; the type of nats.js 2.29 leaves it out.
  const query = { seq, next_by_subj: filter };
  return orNone(() => manager.streams.getMessage(stream, query satisfies MsgRequest));
}

/** The last message of a stream on a subject; undefined when there is none. */
export function lastMessage(
  manager: JetStreamManager,
  stream: string,
  subject: string,
): Promise<StoredMsg | undefined> {
  return orNone(() => manager.streams.getMessage(stream, { last_by_subj: subject }));
}

/** The message of a stream at a sequence; undefined when the stream has it no more. */
export function messageAt(manager: JetStreamManager, stream: string, seq: number): Promise<StoredMsg | undefined> {
  return orNone(() => manager.streams.getMessage(stream, { seq }));
}

/** JetStream answers 404 where there is no such message. */
async function orNone(read: () => Promise<StoredMsg>): Promise<StoredMsg | undefined> {
  try {
    return await askAgain(read);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

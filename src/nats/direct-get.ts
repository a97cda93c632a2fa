import { type JetStreamManager, NatsError, type StoredMsg } from 'nats';

interface DirectGets {
  getMessage(
    stream: string,
    query: { seq: number; next_by_subj: string } | { last_by_subj: string },
  ): Promise<StoredMsg>;
}

// nats.js 2.29 has the direct API on its manager but leaves it out of the manager's type.
function directOf(manager: JetStreamManager): DirectGets {
  return (manager as JetStreamManager & { readonly direct: DirectGets }).direct;
}

/** The first message of a stream that stands at `seq` or after it and fits the filter; undefined when there is none. */
export function nextMessage(
  manager: JetStreamManager,
  stream: string,
  filter: string,
  seq: number,
): Promise<StoredMsg | undefined> {
  return orNone(directOf(manager).getMessage(stream, { seq, next_by_subj: filter }));
}

/** The last message of a stream on a subject; undefined when there is none. */
export function lastMessage(
  manager: JetStreamManager,
  stream: string,
  subject: string,
): Promise<StoredMsg | undefined> {
  return orNone(directOf(manager).getMessage(stream, { last_by_subj: subject }));
}

/** JetStream answers 404 where there is no such message. */
async function orNone(message: Promise<StoredMsg>): Promise<StoredMsg | undefined> {
  try {
    return await message;
  } catch (error) {
    if (error instanceof NatsError && (error.code === '404' || error.api_error?.code === 404)) return undefined;
    throw error;
  }
}

import type { JetStreamManager } from 'nats';

/** JetStream's code for a message that is not there. */
const NOT_FOUND = 404;

/**
 * The JSON payloads that a stream holds under a subject filter, oldest first, read from the stream's leader. A payload
 * that is not JSON is left out.
 */
export async function* readStored(manager: JetStreamManager, stream: string, filter: string): AsyncGenerator<unknown> {
  for (let seq = 1; ; ) {
    let message: Awaited<ReturnType<typeof manager.streams.getMessage>>;
    try {
      message = await manager.streams.getMessage(stream, { seq, next_by_subj: filter } as never);
    } catch (error) {
      if ((error as { api_error?: { code?: number } }).api_error?.code === NOT_FOUND) return;
      throw error;
    }
    seq = message.seq + 1;
    try {
      yield JSON.parse(Buffer.from(message.data).toString('utf8'));
    } catch {
      // Not knell's own: it writes JSON only.
    }
  }
}

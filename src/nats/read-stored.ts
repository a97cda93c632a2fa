import type { JetStreamManager } from 'nats';
import { parseJson } from '../contracts/parse-json.ts';
import { nextMessage } from './stored-message.ts';

/**
 * The JSON payloads that a stream holds under a subject filter, oldest first, read from the stream's leader. A payload
 * that is not JSON is left out.
 */
export async function* readStored(manager: JetStreamManager, stream: string, filter: string): AsyncGenerator<unknown> {
  for (let seq = 1; ; ) {
    const message = await nextMessage(manager, stream, filter, seq);
    if (!message) return;
    seq = message.seq + 1;
    const value = parseJson(message.data);
    // What is no JSON is not knell's own.
    if (value !== undefined) yield value;
  }
}

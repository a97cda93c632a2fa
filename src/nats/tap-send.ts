import { headers, type MsgHdrs, type NatsConnection, type NatsError, type PubAck } from 'nats';
import { LOG_HEADERS } from '../contracts/log-headers.ts';
import type { Clock } from '../tap/clock.ts';
import type { OutMessage } from '../tap/delivery/out-message.ts';
import type { Send } from '../tap/delivery/outbox.ts';
import { fitChunk } from '../tap/output/fit-chunk.ts';
import { explainLink } from './explain-link.ts';

/** What a message's headers may take of the server's limit, which counts them. */
export const HEADER_ROOM = 2 * 1024;
const PUBLISH_TIMEOUT_MS = 10_000;
/** JetStream's error for a message over the stream's own limit (JSStreamMessageExceedsMaximumErr in nats-server's errors.json). */
const MESSAGE_TOO_LARGE = 10_054;
/** JetStream's error for a message that is not the first on its subject (JSStreamWrongLastSequenceErrF there). */
const WRONG_LAST_SEQUENCE = 10_071;
/** On a run's start: the server then says, at no price for other runs, whether its id was used before. */
const EXPECTED_LAST = 'Nats-Expected-Last-Subject-Sequence';
export const MEANT_AS_FIRST: Readonly<Record<string, string>> = { [EXPECTED_LAST]: '0' };

/**
 * Publishes by one connection, and waits for JetStream's confirmation.
 *
 * @param onNotFirst called before a message is stored that was meant to be the first on its subject, and is not
 * @param onStored called with the server's confirmation, and when what it confirms was sent, by the tap's clock
 */
export function sendBy(
  nc: NatsConnection,
  clock: Clock,
  maxPayload: number,
  onProblem: (text: string) => void,
  onNotFirst: () => Promise<void>,
  onStored: (message: OutMessage, ack: PubAck, sentMs: number) => void,
): Send {
  const js = nc.jetstream({ timeout: PUBLISH_TIMEOUT_MS });
  const publish = async (message: OutMessage): Promise<void> => {
    const sentMs = clock.now();
    const options = { msgID: message.id, headers: toHeaders(message.headers) };
    onStored(message, await js.publish(message.subject, message.payload, options), sentMs);
  };
  return async function send(message) {
    try {
      if (message.lines > 0 && message.payload.length > maxPayload - HEADER_ROOM) {
        // It waited while the server was away, and this server takes less than was assumed.
        await Promise.all(refit(message, maxPayload - HEADER_ROOM).map(publish));
      } else {
        await publish(message);
      }
      return 'stored';
    } catch (error) {
      const { code, api_error } = error as NatsError;
      if (api_error?.err_code === WRONG_LAST_SEQUENCE && EXPECTED_LAST in message.headers) {
        await onNotFirst();
        return send({ ...message, headers: {} });
      }
      onProblem(
        code === '503' ? `no JetStream stream takes ${message.subject}: is knell serve running?` : explainLink(error),
      );
      const hopeless = api_error?.err_code === MESSAGE_TOO_LARGE || code === 'MAX_PAYLOAD_EXCEEDED';
      if (hopeless) return 'refused';
      throw error;
    }
  };
}

/** The same lines in messages that fit; the first keeps the message's id. */
function refit(message: OutMessage, limitBytes: number): readonly OutMessage[] {
  const firstLine = Number(message.headers[LOG_HEADERS.line]);
  const { payload, lines: lineCount } = message;
  const parts = fitChunk({ stream: 'stdout', firstLine, lineCount, atMs: 0, payload }, Math.max(512, limitBytes));
  return parts.map((part, index) => ({
    ...message,
    id: index === 0 ? message.id : `${message.id}+${part.firstLine - firstLine}`,
    headers: { ...message.headers, [LOG_HEADERS.line]: `${part.firstLine}` },
    payload: part.payload,
    lines: part.lineCount,
  }));
}

function toHeaders(fields: Readonly<Record<string, string>>): MsgHdrs {
  const result = headers();
  for (const [name, value] of Object.entries(fields)) result.set(name, value);
  return result;
}

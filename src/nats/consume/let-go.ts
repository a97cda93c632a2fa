import { Empty, type JsMsg, type Msg, type MsgHdrs, type NatsConnection, type StoredMsg } from 'nats';
// nats.js 2.29 makes JetStream messages of plain ones here, and leaves the function out of what it exports.
import { toJsMsg } from 'nats/lib/jetstream/jsmsg.js';

/** A message that can be settled, and whose bytes are left in the stream until its turn comes. */
export interface LetGo {
  readonly bare: JsMsg;
  /** The message with the bytes that the stream has. */
  fill(stored: StoredMsg): JsMsg;
}

/** Lets go of a message's bytes: of a run that floods, only the messages whose turn comes soon are kept whole. */
export function letGo(message: JsMsg, connection: NatsConnection): LetGo {
  const { subject } = message;
  // The reply subject says all about the delivery; only the type leaves it out.
  const { reply } = message as JsMsg & { readonly reply: string };
  const withBytes = (data: Uint8Array, headers?: MsgHdrs): JsMsg => {
    const plain = {
      subject,
      sid: 0,
      reply,
      data,
      ...(headers && { headers }),
      respond(payload?: Uint8Array) {
        connection.publish(reply, payload);
        return true;
      },
    };
    return toJsMsg(plain as Msg);
  };
  return { bare: withBytes(Empty), fill: ({ data, header }) => withBytes(data, header) };
}

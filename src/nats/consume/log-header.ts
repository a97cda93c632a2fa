import { type JsMsg, Match, type MsgHdrs } from 'nats';

/** A header of a message of output, however its name is written; undefined where there is none, or an empty one. */
export function logHeader(headers: MsgHdrs | undefined, name: string): string | undefined {
  return headers?.get(name, Match.IgnoreCase) || undefined;
}

/** Whether a message has any header of knell's own: then nothing about its payload is guessed. */
export function isLabelled(headers: MsgHdrs | undefined): boolean {
  return headers?.keys().some((name) => /^knell-/i.test(name)) ?? false;
}

/** Where nats.js 2.29.3 keeps a message's bytes: its headers, `hdr` bytes of them, and then the payload. */
interface Internals {
  readonly msg?: { readonly _rdata?: unknown; readonly _msg?: { readonly hdr?: unknown } };
}

/**
 * Whether a message can have a header of this name, by its raw bytes. nats.js parses all headers once it is asked
 * for one, which is a tenth of what a message costs on which no rule has anything to say. Where the bytes are not where
 * they used to be, the answer is yes.
 */
export function mayHaveHeader(message: JsMsg, name: string): boolean {
  const { msg } = message as JsMsg & Internals;
  const [bytes, length] = [msg?._rdata, msg?._msg?.hdr];
  if (!(bytes instanceof Uint8Array) || typeof length !== 'number') return true;
  if (length <= 0) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
  return text.toLowerCase().includes(name.toLowerCase());
}

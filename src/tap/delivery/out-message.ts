/** One message on its way out. It can be sent any number of times: the server keeps one of each id. */
export interface OutMessage {
  readonly subject: string;
  /** Goes out as `Nats-Msg-Id`. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
  /** Log lines in it; 0 for anything that is not a log message. */
  readonly lines: number;
}

/** One message as a row of bytes: two lengths, the fields as JSON, the payload. */
export function encodeMessage(message: OutMessage): Buffer {
  const { payload, ...fields } = message;
  const head = Buffer.from(JSON.stringify(fields));
  const lengths = Buffer.allocUnsafe(8);
  lengths.writeUInt32BE(head.length, 0);
  lengths.writeUInt32BE(payload.length, 4);
  return Buffer.concat([lengths, head, payload]);
}

/** Reads what {@link encodeMessage} wrote. */
export function decodeMessage(row: Buffer): OutMessage {
  const headEnd = 8 + row.readUInt32BE(0);
  const fields = JSON.parse(row.toString('utf8', 8, headEnd)) as Omit<OutMessage, 'payload'>;
  return { ...fields, payload: row.subarray(headEnd, headEnd + row.readUInt32BE(4)) };
}

/** One protocol message of NATS: its control line and, for those that carry one, the payload with its headers. */
export interface Frame {
  /** `MSG`, `HMSG`, `PUB`, `HPUB`, `PING`, `INFO`, … */
  readonly verb: string;
  /** The words behind the verb. */
  readonly words: readonly string[];
  /** Headers and payload, without the closing line break. */
  readonly body?: Buffer;
}

const CARRIES_BODY = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);
const LINE_BREAK = Buffer.from('\r\n');

/** Cuts a TCP stream of the NATS client protocol into frames: https://docs.nats.io/reference/reference-protocols/nats-protocol */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(LINE_BREAK);
      if (end < 0) return;
      const line = rest.subarray(0, end).toString('utf8');
      const space = line.indexOf(' ');
      const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
      const words =
        space < 0
          ? []
          : verb === 'INFO' || verb === 'CONNECT'
            ? [line.slice(space + 1)]
            : line.slice(space + 1).split(' ');
      const size = CARRIES_BODY.has(verb) ? Number(words.at(-1)) : undefined;
      const next = end + 2 + (size === undefined ? 0 : size + 2);
      if (rest.length < next) return;
      onFrame({
        verb,
        words,
        ...(size === undefined ? {} : { body: Buffer.from(rest.subarray(end + 2, end + 2 + size)) }),
      });
      rest = rest.subarray(next);
    }
  };
}

/** The bytes of a frame. */
export function bytesOf({ verb, words, body }: Frame): Buffer {
  const line = Buffer.from(`${[verb, ...words].join(' ')}\r\n`);
  return body === undefined ? line : Buffer.concat([line, body, LINE_BREAK]);
}

/** The status code of a message without a payload, such as 408; undefined for any other frame. */
export function statusOf({ verb, body }: Frame): number | undefined {
  const status = verb === 'HMSG' ? /^NATS\/1\.0 (\d{3})/.exec(body?.subarray(0, 16).toString('latin1') ?? '') : null;
  return status ? Number(status[1]) : undefined;
}

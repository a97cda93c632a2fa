const LINE_FEED = 0x0a;

/** A line that is longer is handed on in pieces, in bytes. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

/**
 * Makes chunks of whole lines of what comes cut anywhere. A string is whole as it is, with or without a line feed at its end,
 * as line readers hand them out; bytes wait for the end of their line.
 */
export async function* wholeLines(
  source: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    if (typeof piece === 'string') {
      yield Buffer.concat([rest, Buffer.from(piece.endsWith('\n') ? piece : `${piece}\n`)]);
      rest = Buffer.alloc(0);
      continue;
    }
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.length > MAX_LINE_BYTES ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) yield bytes.subarray(0, end);
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a chunk of output, as slices of it (nothing is copied), in order.
 *
 * A line ends at `\n` or at the end of the chunk; a chunk that ends in `\n` has no empty line after it, and an empty
 * chunk has no lines. Blank lines count, because lines are numbered. A `\r` before the `\n` stays in the slice: it was
 * printed, so evidence is hashed with it; {@link normaliseText} drops it from the text.
 */
export function splitLines(chunk: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < chunk.length) {
    const feed = chunk.indexOf(LINE_FEED, start);
    const end = feed === -1 ? chunk.length : feed;
    lines.push(chunk.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

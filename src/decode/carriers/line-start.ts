/** What is looked at of a line's beginning: no carrier's prefix is longer. */
const HEAD_BYTES = 512;

/**
 * A byte order mark, control sequences (`ESC [ … m`), and the time that Buildkite puts into a sequence of its own
 * (`ESC _ bk;t=… BEL`). Written over latin1, where each byte is a character.
 */
const NOISE = /^(?:\xef\xbb\xbf|\x1b\[[0-?]*[ -/]*[@-~]|\x1b_[^\x07\x1b]{0,64}(?:\x07|\x1b\\))+/;

/** A line without what stands invisible before its text: byte order mark, colour resets. A slice; nothing is copied. */
export function withoutNoise(line: Buffer): Buffer {
  if (line[0] !== 0x1b && line[0] !== 0xef) return line;
  const noise = NOISE.exec(headOf(line));
  return noise ? line.subarray(noise[0].length) : line;
}

/** A line's beginning, a character for each byte, so that offsets into it are offsets into the line. */
export function headOf(line: Buffer): string {
  return line.subarray(0, HEAD_BYTES).toString('latin1');
}

/** What stands behind a prefix, and the prefix's parts; undefined where the line has no such prefix. */
export function behind(line: Buffer, prefix: RegExp): { rest: Buffer; parts: RegExpExecArray } | undefined {
  const bare = withoutNoise(line);
  const parts = prefix.exec(headOf(bare));
  return parts ? { rest: bare.subarray(parts[0].length), parts } : undefined;
}

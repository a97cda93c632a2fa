const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/** Counts the brackets of JSON that are open while its lines come in. A string may go on in the next line. */
export function createBracketScan(): { add(line: Buffer): number } {
  let depth = 0;
  let quoted = false;
  let escaped = false;
  return {
    /** @returns how many brackets are open behind the line */
    add(line) {
      for (const byte of line) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = quoted;
        else if (byte === QUOTE) quoted = !quoted;
        else if (quoted) continue;
        else if (OPENING.has(byte)) depth += 1;
        else if (CLOSING.has(byte)) depth -= 1;
      }
      return depth;
    },
  };
}

import type { ValueTest } from './value-test.ts';

/** Something that can be searched for in raw bytes: who finds none in a line knows that a condition can't hold on it. */
export interface Needle {
  /**
   * The bytes, one a character (Latin-1); letters A to Z in lower case, which stand for both cases. A line feed at either
   * end is the line's edge, and as good as there where the chunk begins or ends.
   */
  readonly text: string;
  /** The text is the end of a JSON key, as in `FieldText`. */
  readonly isKeyEnd?: boolean;
  /** What has to follow the text, which is a JSON key. */
  readonly value?: ValueTest;
}

/** A single byte would be found everywhere. */
export const NEEDLE_MIN = 2;

/** Letters A to Z in lower case, and nothing else changed: `toLowerCase` makes an ASCII `k` of the Kelvin sign. */
export function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const DOT = 0x2e;

/** Whether the needle is at this offset of a chunk, its value included. */
export function isAt(needle: Needle, chunk: Buffer, at: number): boolean {
  const { text, isKeyEnd, value } = needle;
  const end = at + text.length;
  // Before the first line and behind the last there may be a line feed or none.
  if (at < -1 || end > chunk.length + 1) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = chunk[at + i] ?? LINE_FEED;
    const folded = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (folded !== text.charCodeAt(i)) return false;
  }
  if (isKeyEnd && chunk[at - 1] !== QUOTE && chunk[at - 1] !== DOT) return false;
  return value === undefined || value.passes(chunk, end);
}

/** A byte of the line that a needle at this offset is in. */
export function byteInLine({ text }: Needle, at: number): number {
  return text.charCodeAt(0) === LINE_FEED ? at + 1 : at;
}

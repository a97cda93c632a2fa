import { bytes, type Shape } from './byte-shapes.ts';

/*
 * Bytes that hide a text from a search in the raw line, although it is there once the line is decoded: `normaliseText`
 * takes colours out of words and makes plain spaces of odd ones, JSON can write any character as an escape, and RE2's
 * `(?i)` takes the Kelvin sign for a k and the long s for an s. A line with one of these is looked at whatever it says.
 *
 * Not in hiddenText, because no needle has them: quotes, hyphens, and what `text-needles.ts` cuts at.
 */

const [BACKSLASH, LOWER_B, LOWER_F, LOWER_U] = [0x5c, 0x62, 0x66, 0x75] as const;

/** How a hiddenText is found: groups of shapes that it has, and whether one of those is one. */
export interface HiddenText {
  readonly shapes: readonly (readonly Shape[])[];
  /** @param at where the shape ends */
  isAt(chunk: Buffer, at: number): boolean;
}

/** In a raw line. DEL, 0x19, 0x1a and 0x1d are found without a shape. */
export const RAW_HIDDEN_TEXT: HiddenText = {
  shapes: [
    // Control characters but tab, line feed and carriage return.
    [{ last: [...bytes(0x00, 0x08), 0x0b, 0x0c, ...bytes(0x0e, 0x18), 0x1b, 0x1c, 0x1e, 0x1f] }],
    // In JSON: \b and \f; \u00…, \u01…, \u1…, \u20…, \u21…, \u3000, \ufeff.
    [{ second: [BACKSLASH], last: [LOWER_B, LOWER_F] }],
    [{ first: [BACKSLASH], second: [LOWER_U], last: [...bytes(0x30, 0x33), 0x46, LOWER_F] }],
    // UTF-8 of U+0080 to U+00A0, U+00AD, U+017F.
    [{ second: [0xc2, 0xc5], last: [...bytes(0x80, 0xa0), 0xad, 0xbf] }],
    // UTF-8 of U+1680, U+2000 to U+200D, U+3000.
    [{ first: bytes(0xe1, 0xe3), second: [0x80, 0x9a], last: bytes(0x80, 0x8d) }],
    // UTF-8 of U+202F, U+205F, U+2060, U+212A, U+FEFF.
    [{ first: [0xe2, 0xef], second: [0x80, 0x81, 0x84, 0xbb], last: [0x9f, 0xa0, 0xaa, 0xaf, 0xbf] }],
  ],
  isAt: isRawHidden,
};

/** In a text that has been decoded: what `(?i)` alone takes for a letter. */
export const TEXT_HIDDEN_TEXT: HiddenText = {
  shapes: [
    [
      { second: [0xc5], last: [0xbf] },
      { first: [0xe2], second: [0x84], last: [0xaa] },
    ],
  ],
  isAt: (chunk, at) => (chunk[at] as number) > 0x7f && isHidingUtf8(chunk, at),
};

/** Characters that hide a text, as `normaliseText` and RE2 have them, but for those below U+0080. */
const HIDING = new Set([
  ...bytes(0x80, 0xa0),
  0x00ad,
  0x017f,
  0x1680,
  ...Array.from({ length: 0x0e }, (_, i) => 0x2000 + i),
  0x202f,
  0x205f,
  0x2060,
  0x212a,
  0x3000,
  0xfeff,
]);

/** The escapes of characters at which texts are cut anyway: quotes, slashes and line breaks. */
const HARMLESS = new Set([0x09, 0x0a, 0x0d, 0x22, 0x27, 0x2f, 0x5c]);

function isRawHidden(chunk: Buffer, at: number): boolean {
  const last = chunk[at] as number;
  if (last < 0x20) return last !== 0x09 && last !== 0x0a && last !== 0x0d;
  if (last >= 0x7f) return last === 0x7f || isHidingUtf8(chunk, at);
  const isEscaped = chunk[at - 1] === BACKSLASH;
  if (isEscaped && (last === LOWER_B || last === LOWER_F)) return isEscape(chunk, at - 1);
  if (chunk[at - 1] !== LOWER_U || chunk[at - 2] !== BACKSLASH || !isEscape(chunk, at - 2)) return false;
  const hex = chunk.toString('latin1', at, at + 4);
  if (!/^[0-9A-Fa-f]{4}$/.test(hex)) return false;
  const code = Number.parseInt(hex, 16);
  return code < 0x80 ? !HARMLESS.has(code) : HIDING.has(code);
}

/** Whether this backslash is the first of an escape, rather than what an escape before it stands for. */
function isEscape(chunk: Buffer, at: number): boolean {
  let first = at;
  while (chunk[first - 1] === BACKSLASH) first--;
  return (at - first) % 2 === 0;
}

function isHidingUtf8(chunk: Buffer, at: number): boolean {
  const [first = 0, second = 0, last = 0] = [chunk[at - 2], chunk[at - 1], chunk[at]];
  if (second === 0xc2 || second === 0xc5) return HIDING.has(((second & 0x1f) << 6) | (last & 0x3f));
  return first >= 0xe0 && first < 0xf0 && HIDING.has(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (last & 0x3f));
}

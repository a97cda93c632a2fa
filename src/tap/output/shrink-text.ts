/**
 * What stands for text that was left out. The tabs matter: a raw tab is not allowed inside a JSON string, and the
 * ellipsis is not allowed outside of one. So no cut can turn a line that was not JSON into one that is.
 */
const mark = (words: string) => `\t…[knell: ${words}]…\t`;

/** Ends a line that was too long to be kept whole. */
export const LEFT_OUT_REST = Buffer.from(mark('the rest of this line is left out'));

/**
 * The head and the tail of a line of plain text, with a mark between them that says what is missing.
 *
 * @param line UTF-8
 * @param limitBytes the result is no longer than this; at least 256
 * @param sha256 of the whole line, in hex
 */
export function shrinkText(line: Buffer, limitBytes: number, sha256: string): Buffer {
  if (line.length <= limitBytes) return line;
  const middle = Buffer.from(mark(`${line.length} bytes shortened, sha256 ${sha256}`));
  const room = Math.max(0, limitBytes - middle.length);
  const head = line.subarray(0, characterStart(line, Math.ceil(room / 2)));
  const tail = line.subarray(characterEnd(line, line.length - Math.floor(room / 2)));
  return Buffer.concat([head, middle, tail]);
}

/** The last place at or before `at` where a UTF-8 character starts. */
export function characterStart(text: Buffer, at: number): number {
  let place = at;
  while (place > 0 && place < text.length && isContinuation(text[place])) place--;
  return place;
}

/** The first place at or after `at` where a UTF-8 character starts. */
function characterEnd(text: Buffer, at: number): number {
  let place = at;
  while (place < text.length && isContinuation(text[place])) place++;
  return place;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

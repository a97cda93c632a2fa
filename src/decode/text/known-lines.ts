import { memoize } from '../../patterns/memoize.ts';
import { type LineShape, shapeLine } from './line-shape.ts';

/** A line of plain text, taken apart, with what `askedOnce` has found out about it. */
export interface KnownLine {
  readonly shape: LineShape;
  readonly answers: unknown[];
}

/** So many lines are remembered, of at most so many characters: some megabytes. */
const LINES = 1_024;
const LINE_CHARACTERS = 512;

const read = (raw: string): KnownLine => ({ shape: shapeLine(raw), answers: [] });
const lines = memoize(LINES, read, LINE_CHARACTERS);
// A mute line has other answers: it is known not to state anything.
const muteLines = memoize(LINES, read, LINE_CHARACTERS);

/**
 * A line with all that has been found out about the same line before: a client that fails prints the same words again and
 * again, and so do all agents on one account. Pure, as what is asked of a line by itself is.
 *
 * @param isMute as in `LineShape`
 */
export function knownLine(raw: string, isMute: boolean): KnownLine {
  return isMute ? muteLines(raw) : lines(raw);
}

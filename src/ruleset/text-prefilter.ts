import { BOX_WITHIN, isRawBoxTitle } from '../decode/text/block-statement.ts';
import { type LineShape, shapeLine } from '../decode/text/line-shape.ts';
import { isQuiet } from '../decode/text/quiet-line.ts';
import { rawKind, STATING, TELLING } from '../decode/text/raw-kind.ts';
import { saysFailure } from '../decode/text/statement-words.ts';
import { createLineMarker } from './line-marks.ts';
import type { Prefilter } from './prefilter.ts';
import type { LineRange } from './rule-set.ts';

/** What is looked for in plain text beside the forms of statements. */
export interface Sought {
  /** The lines that rules and signals could be about. */
  readonly ruled: Prefilter;
  /** The patterns of the banners that causes word, with one of which a line begins, … */
  readonly banners: readonly string[];
  isBanner(shape: LineShape): boolean;
  /** … and those of the statements that packs word. */
  readonly stated: readonly string[];
  isStated(shape: LineShape): boolean;
}

const [TELLS, STATES, BANNER, STATED] = [1, 2, 4, 8];
/** What `rawKind` may have to decode: any other line is the same in Latin-1 and in UTF-8. */
const FOREIGN = /[\x80-\xff]/;
/** The words of other scripts and languages are not looked for in bytes. */
const FOREIGN_LETTER = /(?![\x00-\x7f])\p{L}/u;
const NOT_BLANK = /[^ \t\r]/;

/**
 * Makes the prefilter for streams of plain text. No line stands alone there: the lines around a statement tell whether it
 * is a quotation. So either none is let through, or all are, and those that state nothing by themselves are marked.
 */
export function createTextPrefilter({ ruled, banners, isBanner, stated, isStated }: Sought): Prefilter {
  const markLines = createLineMarker([TELLING, STATING, banners, stated]);
  return (chunk) => {
    const marks = markLines(chunk);
    const ruledRows = new Set(ruled(chunk).map(({ row }) => row));
    const text = chunk.toString('latin1');
    const ranges: LineRange[] = [];
    let isSilent = ruledRows.size === 0;
    let isFirst = true;
    let boxed = 0;
    for (let start = 0, row = 0; start < text.length; row++) {
      const feed = text.indexOf('\n', start);
      const end = feed === -1 ? text.length : feed;
      const line = text.slice(start, end);
      const bits = marks.get(row) ?? 0;
      if (NOT_BLANK.test(line)) {
        const isForeign = FOREIGN.test(line);
        const raw = isForeign ? chunk.toString('utf8', start, end) : line;
        const isSpoken = isForeign && FOREIGN_LETTER.test(raw);
        const tells = isSpoken || (bits & TELLS) !== 0;
        const words = isSpoken || (bits & STATES) !== 0;
        let states =
          boxed > 0 ||
          ((bits & BANNER) !== 0 && isBanner(shapeLine(raw))) ||
          ((bits & STATED) !== 0 && isStated(shapeLine(raw)));
        boxed = words && isRawBoxTitle(raw) ? BOX_WITHIN : boxed - 1;
        if (isForeign || isFirst || tells || !isQuiet(line, words)) {
          const kind = rawKind(raw, tells, words);
          states ||= kind === 'open' || (kind === 'later' && isFirst && saysFailure(shapeLine(raw).body));
          if (kind === 'mute' || kind === 'later') isFirst = false;
        }
        if (states) isSilent = false;
        ranges.push(
          states
            ? { start, end, row }
            : { start, end, row, isMute: true, ...(ruledRows.has(row) && { isRuled: true as const }) },
        );
      }
      start = end + 1;
    }
    return isSilent ? [] : ranges;
  };
}

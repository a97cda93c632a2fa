import { normaliseText } from '../decode/normalise-text.ts';
import { BOX_WITHIN, isRawBoxTitle } from '../decode/text/block-statement.ts';
import { rawKind, STATING, TELLING } from '../decode/text/raw-kind.ts';
import { saysFailure } from '../decode/text/statement-words.ts';
import { everyLine } from './every-line.ts';
import { createPrefilter, type Prefilter } from './prefilter.ts';
import type { LineRange } from './rule-set.ts';

/** What is looked for in plain text beside the forms of statements. */
export interface Sought {
  /** The lines that rules and signals could be about. */
  readonly ruled: Prefilter;
  /** The lines that could begin with a banner or a statement that packs word. */
  readonly worded: Prefilter;
  /** Whether a line does, of which nothing is taken off. */
  isWorded(body: string): boolean;
}

/** What `rawKind` may have to decode: any other line is the same in Latin-1 and in UTF-8. */
const FOREIGN = /[\x80-\xff]/;

/**
 * Makes the prefilter for streams of plain text. No line stands alone there: the lines around a statement tell whether it
 * is a quotation. So either none is let through, or all are, and those that state nothing by themselves are marked.
 */
export function createTextPrefilter({ ruled, worded, isWorded }: Sought): Prefilter {
  const telling = createPrefilter({ rules: [], signals: [], errorLiterals: [], lines: TELLING });
  const stating = createPrefilter({ rules: [], signals: [], errorLiterals: [], lines: STATING });
  return (chunk) => {
    const [ruledRows, wordedRows, tellingRows, statingRows] = [ruled, worded, telling, stating].map(
      (find) => new Set(find(chunk).map(({ row }) => row)),
    ) as [Set<number>, Set<number>, Set<number>, Set<number>];
    const text = chunk.toString('latin1');
    let isSilent = true;
    let isFirst = true;
    let boxed = 0;
    const ranges = everyLine(chunk).map((range): LineRange => {
      const { start, end, row } = range;
      const line = text.slice(start, end);
      const isForeign = FOREIGN.test(line);
      const raw = isForeign ? chunk.toString('utf8', start, end) : line;
      const hasWords = isForeign || statingRows.has(row);
      const kind = rawKind(raw, isForeign || tellingRows.has(row), hasWords);
      const isOwnBody = kind === 'mute' || kind === 'later';
      const states =
        kind === 'open' ||
        boxed > 0 ||
        (kind === 'later' && isFirst && saysFailure(raw.trim())) ||
        (wordedRows.has(row) && !(isOwnBody && !isWorded(normaliseText(raw).trim())));
      if (isOwnBody) isFirst = false;
      boxed = hasWords && isRawBoxTitle(raw) ? BOX_WITHIN : boxed - 1;
      const isRuled = ruledRows.has(row);
      if (states || isRuled) isSilent = false;
      if (states) return range;
      return isRuled ? { start, end, row, isMute: true, isRuled } : { start, end, row, isMute: true };
    });
    return isSilent ? [] : ranges;
  };
}

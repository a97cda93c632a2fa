import { createChunkScanner } from './chunk-scanner.ts';
import { RAW_DISGUISE } from './disguise.ts';
import { everyLine } from './every-line.ts';
import { allNeedles, type NeedleSources } from './rule-needles.ts';
import type { LineRange } from './rule-set.ts';

/** Finds the lines of a chunk that rules, signals or an error claim could be about: a superset, in order. */
export type Prefilter = (chunk: Buffer) => LineRange[];

const LINE_FEED = 0x0a;

/**
 * Makes the prefilter of a rule set: one pass over the raw bytes, in which only the lines that contain a needle of some
 * condition, or something in disguise, are cut out. Where nothing can be looked for it lets every line through.
 *
 * `errorLiterals` are byte sequences of which every line that claims an error contains one; see `Decoder.errorLiterals`.
 */
export function createPrefilter(input: NeedleSources): Prefilter {
  const needles = allNeedles(input);
  if (!needles) return everyLine;
  const scanner = createChunkScanner(needles, RAW_DISGUISE);
  return (chunk) => {
    const ranges: LineRange[] = [];
    let row = 0;
    let counted = 0;
    scanner.scan(chunk, (_, at) => {
      const start = at === 0 ? 0 : chunk.lastIndexOf(LINE_FEED, at - 1) + 1;
      const feed = chunk.indexOf(LINE_FEED, at);
      const end = feed === -1 ? chunk.length : feed;
      row += scanner.countLines(counted, start);
      counted = start;
      ranges.push({ start, end, row });
      return end;
    });
    return ranges;
  };
}

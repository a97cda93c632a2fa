import type { LineRange } from './rule-set.ts';

const LINE_FEED = 0x0a;

/**
 * The reference prefilter: every line of a chunk that holds more than spaces, tabs and carriage returns.
 * A faster one must return a superset of the lines that matter, and a subset of these. Lines end at `\n` only.
 */
export function everyLine(chunk: Buffer): LineRange[] {
  const ranges: LineRange[] = [];
  for (let start = 0, row = 0; start < chunk.length; row++) {
    const feed = chunk.indexOf(LINE_FEED, start);
    const end = feed === -1 ? chunk.length : feed;
    if (!isBlank(chunk, start, end)) ranges.push({ start, end, row });
    start = end + 1;
  }
  return ranges;
}

function isBlank(chunk: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = chunk[i];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

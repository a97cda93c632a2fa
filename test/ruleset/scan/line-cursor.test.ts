import { expect, it } from 'vitest';
import { createLineCursor } from '../../../src/ruleset/scan/line-cursor.ts';
import { createScanMemory } from '../../../src/ruleset/scan/scan-memory.ts';
import { BLOCK_BYTES } from '../../../src/ruleset/scan/scan-program.ts';

/** The lines around some offsets of a chunk, in the order in which a scan asks for them. */
function linesAt(chunk: Buffer, offsets: readonly number[]) {
  const memory = createScanMemory([], [[]]);
  const cursor = createLineCursor(memory);
  cursor.begin(chunk);
  const lines: { row: number; text: string }[] = [];
  for (let from = 0; from < chunk.length; from += BLOCK_BYTES) {
    cursor.enterBlock(from, memory.load(chunk, from));
    for (const at of offsets.filter((one) => one >= from && one < from + BLOCK_BYTES)) {
      cursor.moveTo(at);
      lines.push({ row: cursor.row, text: chunk.toString('utf8', cursor.start, cursor.end) });
    }
  }
  return lines;
}

it('gives the line around an offset, with its row', () => {
  expect(linesAt(Buffer.from('one\n\nthree\nfour'), [0, 2, 6, 11])).toEqual([
    { row: 0, text: 'one' },
    { row: 0, text: 'one' },
    { row: 2, text: 'three' },
    { row: 3, text: 'four' },
  ]);
});

it('counts the rows of blocks in which nothing was found', () => {
  const filler = 'ab\n'.repeat(BLOCK_BYTES);
  const chunk = Buffer.from(`first\n${filler}last`);
  expect(linesAt(chunk, [1, chunk.length - 2])).toEqual([
    { row: 0, text: 'first' },
    { row: BLOCK_BYTES + 1, text: 'last' },
  ]);
});

it('gives a line that goes on over blocks as a whole', () => {
  const long = 'x'.repeat(2 * BLOCK_BYTES);
  const found = linesAt(Buffer.from(`a\n${long}\nb`), [BLOCK_BYTES + 5]);
  expect(found.map(({ row, text }) => [row, text.length])).toEqual([[1, long.length]]);
});

it('searches a line for sixteen texts, and then says yes', () => {
  const memory = createScanMemory([], [[]]);
  const line = createLineCursor(memory);
  const chunk = Buffer.from('a line of text\r\n');
  line.begin(chunk);
  line.enterBlock(0, memory.load(chunk, 0));
  line.moveTo(0);
  expect(line.hasReturns()).toBe(true);
  expect(line.has('line')).toBe(true);
  for (let i = 0; i < 15; i++) expect(line.has(`absent ${i}`)).toBe(false);
  expect(line.has('absent 15')).toBe(true);
  expect(line.has('absent 3')).toBe(false);
});

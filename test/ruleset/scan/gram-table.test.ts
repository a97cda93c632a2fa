import { expect, it } from 'vitest';
import { createGramTable } from '../../../src/ruleset/scan/gram-table.ts';
import { ENTRY_BYTES } from '../../../src/ruleset/scan/scan-program.ts';

const needles = (...texts: string[]) => texts.map((text) => ({ text }));

/** The owners of a stretch, by what stands in the entries. */
function ownersOf(table: ReturnType<typeof createGramTable>, stretch: string) {
  const number = table.owners.findIndex((_, i) => {
    const entry = table.entries.subarray(i * ENTRY_BYTES, i * ENTRY_BYTES + 7);
    return Buffer.from(entry).equals(Buffer.from([...Buffer.from(stretch)].map((byte) => byte | 0x20)));
  });
  return table.owners[number];
}

it('has the last seven bytes of each needle, and how far in they stand', () => {
  const table = createGramTable(needles('usage limit', 'a limit', 'other words'));
  expect(ownersOf(table, 'e limit')).toEqual({ needles: [0], offsets: [4] });
  expect(ownersOf(table, 'a limit')).toEqual({ needles: [1], offsets: [0] });
  expect(table.owners).toHaveLength(4);
});

it('has one entry for needles that end alike', () => {
  const table = createGramTable(needles('the credit', 'a the credit'));
  expect(ownersOf(table, ' credit')).toEqual({ needles: [0, 1], offsets: [3, 5] });
});

it('has a needle of six bytes behind every byte that may stand before it, and leaves shorter ones out', () => {
  const table = createGramTable(needles('killed', 'oom'));
  expect(ownersOf(table, ' killed')).toEqual({ needles: [0], offsets: [-1] });
  expect(ownersOf(table, 'xkilled')).toEqual({ needles: [0], offsets: [-1] });
  expect(table.owners.flatMap((one) => one.needles)).not.toContain(1);
});

it('grows with what is in it, so that few other words pass', () => {
  const many = Array.from({ length: 100 }, (_, i) => ({ text: `needle number ${i}` }));
  const [small, large] = [createGramTable(needles('one needle')), createGramTable(many)];
  expect(large.bitmap.length).toBeGreaterThan(small.bitmap.length);
  for (const { bitmap, heads, headShift } of [small, large]) {
    const bits = bitmap.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    expect(bits / (bitmap.length * 8)).toBeLessThan(1 / 64);
    expect(heads).toHaveLength(2 ** (32 - headShift));
  }
});

import { expect, it } from 'vitest';
import { shapeTables } from '../../../src/ruleset/scan/byte-shapes.ts';
import { AT, BLOCK_BYTES, startScanProgram } from '../../../src/ruleset/scan/scan-program.ts';
import fc from '../../support/fast-check.ts';

const memory = new WebAssembly.Memory({ initial: 40 });
const program = startScanProgram(memory);
const words = new Int32Array(memory.buffer);
const bytes = new Uint8Array(memory.buffer);

/** Puts bytes where a block is, and line feeds behind them up to the next vector. */
function put(block: Uint8Array): number {
  const to = AT.block + Math.ceil((block.length + 1) / 16) * 16;
  bytes.fill(0x20, AT.block, to);
  bytes.set(block, AT.block);
  return to;
}

const offsets = (first: number, last: number) =>
  Array.from(words.subarray(first >> 2, last >> 2), (address) => address - AT.block);

it('finds the line feeds that a loop finds', () => {
  const anyBytes = fc.uint8Array({ maxLength: 200 }).map((all) => all.map((byte) => (byte % 4 ? byte : 0x0a)));
  fc.assert(
    fc.property(anyBytes, (block) => {
      const expected = [...block.keys()].filter((i) => block[i] === 0x0a);
      expect(offsets(AT.feedHits, program.findFeeds(AT.block, put(block)))).toEqual(expected);
    }),
  );
});

it('finds where a shape ends, also across two vectors, and control characters that the tables have no room for', () => {
  bytes.set(shapeTables([[{ first: [0x61], second: [0x62], last: [0x63] }]]), AT.shapes);
  const text = Buffer.from(`abc${'.'.repeat(11)}abc xbc ab\x7f\x1a\x19\x1d`);
  const expected = [2, 16, 24, 25, 26, 27];
  expect(offsets(AT.shapeHits, program.findShapes(AT.block, put(text)))).toEqual(expected);
});

it('finds the shapes of two sets in one pass', () => {
  const [one, other] = ['abc', 'xyz'].map((text) => {
    const [first = 0, second = 0, last = 0] = Buffer.from(text);
    return shapeTables([[{ first: [first], second: [second], last: [last] }]]);
  }) as [Uint8Array, Uint8Array];
  bytes.set(one, AT.shapes);
  bytes.set(other, AT.shapes + one.length);
  expect(offsets(AT.shapeHits, program.findAllShapes(AT.block, put(Buffer.from('xyz abc'))))).toEqual([2, 6]);
  expect(offsets(AT.shapeHits, program.findShapes(AT.block, put(Buffer.from('xyz abc'))))).toEqual([6]);
});

it('has room for a find at every byte of a block', () => {
  const to = put(new Uint8Array(BLOCK_BYTES).fill(0x0a));
  expect(program.findFeeds(AT.block, to) - AT.feedHits).toBe(BLOCK_BYTES * 4);
  expect(program.findFeeds(AT.block, to)).toBeLessThanOrEqual(AT.stretchHits);
});

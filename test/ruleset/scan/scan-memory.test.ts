import { expect, it } from 'vitest';
import { BLOCK_ADDRESS, createScanMemory } from '../../../src/ruleset/scan/scan-memory.ts';
import { AT, BLOCK_BYTES } from '../../../src/ruleset/scan/scan-program.ts';

const NEEDLES = [{ text: 'credit balance' }, { text: 'a disk is full' }];
/** A shape that the byte 0x01 has. */
const SHAPES = [[[{ last: [0x01] }]]];

function found(chunk: Buffer, from = 0) {
  const memory = createScanMemory(NEEDLES, SHAPES);
  const to = memory.load(chunk, from);
  const stretches: string[] = [];
  const end = memory.findStretches(to);
  for (let at = AT.stretchHits; at < end; at += 8) {
    const owners = memory.owners[memory.words[(at >> 2) + 1] as number];
    const start = from + (memory.words[at >> 2] as number) - BLOCK_ADDRESS;
    for (const [i, needle] of (owners?.needles ?? []).entries()) {
      stretches.push(`${NEEDLES[needle]?.text} at ${start - (owners?.offsets[i] as number)}`);
    }
  }
  const addresses = (first: number, last: number) =>
    Array.from(
      { length: (last - first) / 4 },
      (_, i) => from + (memory.words[(first >> 2) + i] as number) - BLOCK_ADDRESS,
    );
  return {
    stretches,
    shapes: addresses(AT.shapeHits, memory.findShapes(to)),
    feeds: addresses(AT.feedHits, memory.findFeeds(to)).filter((at) => at < chunk.length),
  };
}

it('finds stretches in either case, shapes and line breaks, each where it stands', () => {
  const chunk = Buffer.from('x\nCredit Balance\x01\na DISK is full');
  expect(found(chunk)).toEqual({
    stretches: ['credit balance at 2', 'a disk is full at 18'],
    shapes: [16],
    feeds: [1, 17],
  });
});

it('finds nothing where nothing is', () => {
  expect(found(Buffer.alloc(100, 'x'))).toEqual({ stretches: [], shapes: [], feeds: [] });
});

it('finds in a block what began in the one before', () => {
  const start = BLOCK_BYTES - 5;
  const chunk = Buffer.concat([Buffer.alloc(start, '.'), Buffer.from('credit balance'), Buffer.alloc(20, '.')]);
  expect(found(chunk, BLOCK_BYTES).stretches).toEqual([`credit balance at ${start}`]);
});

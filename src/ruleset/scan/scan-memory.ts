import type { Needle } from '../needles/needle.ts';
import { SHAPE_TABLES_BYTES, type Shape, shapeTables } from './byte-shapes.ts';
import { createGramTable, type GramTable, type Owners } from './gram-table.ts';
import { AT, BLOCK_BYTES, CONTEXT_BYTES, startScanProgram } from './scan-program.ts';

/** The memory of a scan program with the tables of one set of needles, and a block of a chunk. */
export interface ScanMemory {
  /** Finds lie in it, four bytes each, as addresses: {@link BLOCK_ADDRESS} is where the block begins. */
  readonly words: Int32Array;
  /** By the number of an entry that was found. */
  readonly owners: readonly Owners[];
  /** Copies the block that begins at `from`, and what is before it; returns the address behind its last vector. */
  load(chunk: Buffer, from: number): number;
  /** Each searches the block up to an address, and returns the address behind its last find. */
  findStretches(to: number): number;
  findShapes(to: number): number;
  findFeeds(to: number): number;
}

const LINE_FEED = 0x0a;
const PAGE_BYTES = 65_536;
const VECTOR_BYTES = 16;
/** Where a block's own bytes begin, behind the context. */
export const BLOCK_ADDRESS = AT.block + CONTEXT_BYTES;

/** @param shapes one or two sets of groups of shapes, see `groupAll` */
export function createScanMemory(
  needles: readonly Needle[],
  shapes: readonly (readonly (readonly Shape[])[])[],
): ScanMemory {
  const table: GramTable = createGramTable(needles);
  const heads = AT.bitmap + table.bitmap.byteLength;
  const entries = heads + table.heads.byteLength;
  const size = entries + table.entries.byteLength;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE_BYTES) });
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  bytes.set(table.bitmap, AT.bitmap);
  words.set(table.heads, heads >> 2);
  bytes.set(table.entries, entries);
  for (const [i, groups] of shapes.entries()) bytes.set(shapeTables(groups), AT.shapes + SHAPE_TABLES_BYTES * i);
  const program = startScanProgram(memory);
  const findShapes = shapes.length > 1 ? program.findAllShapes : program.findShapes;
  const { shift, headShift } = table;
  return {
    words,
    owners: table.owners,
    load(chunk, from) {
      const to = Math.min(from + BLOCK_BYTES, chunk.length);
      const context = Math.min(CONTEXT_BYTES, from);
      bytes.fill(LINE_FEED, AT.block, BLOCK_ADDRESS - context);
      const isWhole = from === 0 && to === chunk.length;
      bytes.set(isWhole ? chunk : chunk.subarray(from - context, to), BLOCK_ADDRESS - context);
      const end = BLOCK_ADDRESS + to - from;
      // Where the chunk ends, at least one: needles may end with a line.
      const rounded = Math.ceil((end + (to === chunk.length ? 1 : 0)) / VECTOR_BYTES) * VECTOR_BYTES;
      bytes.fill(LINE_FEED, end, rounded);
      return rounded;
    },
    findStretches: (to) => program.findStretches(AT.block, to, shift, heads, headShift, entries),
    findShapes: (to) => findShapes(AT.block, to),
    findFeeds: (to) => program.findFeeds(BLOCK_ADDRESS, to),
  };
}

import type { Disguise } from './disguise.ts';
import { createGramTable, GRAM_NEEDLE_MIN, type Owners } from './gram-table.ts';
import { isAt, type Needle } from './needle.ts';
import { AT, BLOCK_BYTES, CONTEXT_BYTES, startScanProgram } from './scan-program.ts';
import { SHAPE_GROUPS, SHAPE_TABLES_BYTES, type Shape, shapeTables } from './shape.ts';

/** What is found when a disguise is found. */
export const DISGUISED = -1;

export interface ChunkScanner {
  /**
   * Reports what is found in a chunk, in the order of places, sooner or later once each. Overlapping finds may come twice.
   * @param found gets the needle's index or {@link DISGUISED}, and a byte of it; returns the offset from which on finds
   * are of interest again
   */
  scan(chunk: Buffer, found: (needle: number, at: number) => number): void;
  /** How many line feeds are in `[from, to)` of the chunk that is being scanned. */
  countLines(from: number, to: number): number;
}

const LINE_FEED = 0x0a;
const PAGE_BYTES = 65_536;
/** A shape has up to three bytes. */
const SHAPE_BYTES = 3;

/** Makes a scanner for needles and disguises. It holds about a megabyte, more for thousands of needles. */
export function createChunkScanner(needles: readonly Needle[], disguise: Disguise): ChunkScanner {
  const table = createGramTable(needles);
  const short = needles.flatMap(({ text }, index) => (text.length < GRAM_NEEDLE_MIN ? [{ text, index }] : []));
  const stretches = AT.tables + table.bitmap.byteLength;
  const wordHeads = stretches + table.stretches.byteLength;
  const entries = wordHeads + table.words.byteLength;
  const size = entries + table.entries.byteLength;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE_BYTES) });
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  bytes.set(table.bitmap, AT.tables);
  words.set(table.stretches, stretches >> 2);
  words.set(table.words, wordHeads >> 2);
  bytes.set(table.entries, entries);
  bytes.set(shapeTables(disguise.shapes), AT.shapes);
  bytes.set(shapeTables(inGroups(short.map(({ text }) => text).sort())), AT.shapes + SHAPE_TABLES_BYTES);
  const program = startScanProgram(memory);
  const findShapes = short.length > 0 ? program.findAllShapes : program.findShapes;

  let chunk: Buffer = Buffer.alloc(0);
  /** What offset in the chunk the memory's block begins at. */
  let blockStart = 0;

  /** Copies a block and what is before it; returns the address where it ends, rounded up to whole vectors. */
  function load(from: number): number {
    blockStart = from;
    const to = Math.min(from + BLOCK_BYTES, chunk.length);
    const context = Math.min(CONTEXT_BYTES, from);
    bytes.fill(LINE_FEED, AT.block, AT.block + CONTEXT_BYTES - context);
    bytes.set(chunk.subarray(from - context, to), AT.block + CONTEXT_BYTES - context);
    const end = AT.block + CONTEXT_BYTES + to - from;
    const rounded = Math.ceil(end / 16) * 16;
    bytes.fill(LINE_FEED, end, rounded);
    return rounded;
  }

  function findGrams(to: number): number {
    return program.findGrams(
      AT.block,
      to,
      AT.tables,
      table.shift,
      stretches,
      table.stretchShift,
      table.words.length > 0 ? wordHeads : 0,
      table.wordShift,
      entries,
    );
  }

  function findAtWord(entry: number, at: number, found: (needle: number, at: number) => number): number {
    const { needles: owners, offsets } = table.owners[entry] as Owners;
    for (let i = 0; i < owners.length; i++) {
      const needle = owners[i] as number;
      const start = at - (offsets[i] as number);
      if (!isAt(needles[needle] as Needle, chunk, start)) continue;
      const goOn = found(needle, start);
      if (goOn > at) return goOn;
    }
    return 0;
  }

  function findAtShape(at: number, found: (needle: number, at: number) => number): number {
    if (disguise.isAt(chunk, at)) return found(DISGUISED, at);
    for (const { text, index } of short) {
      const start = at + 1 - Math.min(SHAPE_BYTES, text.length);
      if (!isAt(needles[index] as Needle, chunk, start)) continue;
      const goOn = found(index, start);
      if (goOn > at) return goOn;
    }
    return 0;
  }

  return {
    scan(given, found) {
      chunk = given;
      let wantedFrom = 0;
      for (let from = 0; from < chunk.length; from += BLOCK_BYTES) {
        const end = load(from);
        const offset = blockStart - AT.block - CONTEXT_BYTES;
        const gramEnd = findGrams(end);
        const shapeEnd = findShapes(AT.block, end);
        let gram = AT.gramHits;
        let shape = AT.shapeHits;
        while (gram < gramEnd || shape < shapeEnd) {
          const gramAt = gram < gramEnd ? (words[gram >> 2] as number) : Number.POSITIVE_INFINITY;
          const shapeAt = shape < shapeEnd ? (words[shape >> 2] as number) : Number.POSITIVE_INFINITY;
          const isGram = gramAt <= shapeAt;
          const at = (isGram ? gramAt : shapeAt) + offset;
          if (isGram) gram += 8;
          else shape += 4;
          if (at < wantedFrom) continue;
          const goOn = isGram ? findAtWord(words[(gram >> 2) - 1] as number, at, found) : findAtShape(at, found);
          wantedFrom = Math.max(wantedFrom, goOn);
        }
      }
    },
    countLines(from, to) {
      let lines = 0;
      const start = Math.max(from, blockStart);
      const whole = Math.max(0, Math.floor((to - start) / 16) * 16);
      const address = AT.block + CONTEXT_BYTES + start - blockStart;
      if (whole > 0) lines += program.countLines(address, address + whole);
      return lines + countFeeds(chunk, from, Math.min(start, to)) + countFeeds(chunk, start + whole, to);
    },
  };
}

function countFeeds(chunk: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) if (chunk[at] === LINE_FEED) lines++;
  return lines;
}

/** Texts that begin alike go together: the fewer bytes a group has in each place, the less else it finds. */
function inGroups(texts: readonly string[]): Shape[][] {
  const size = Math.ceil(texts.length / SHAPE_GROUPS);
  return Array.from({ length: SHAPE_GROUPS }, (_, i) => texts.slice(i * size, (i + 1) * size).map(shapeOf));
}

/** The first bytes of a short needle, in both cases. */
function shapeOf(text: string): Shape {
  const [one = [], two = [], three] = [...text.slice(0, SHAPE_BYTES)].map((char) =>
    [char, char.toUpperCase()].map((each) => each.charCodeAt(0)),
  );
  return three ? { first: one, second: two, last: three } : { second: one, last: two };
}

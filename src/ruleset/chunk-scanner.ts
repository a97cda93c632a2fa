import type { Disguise } from './disguise.ts';
import type { Owners } from './gram-table.ts';
import { createLineCursor, type LineCursor } from './line-cursor.ts';
import { isAt, type Needle } from './needle.ts';
import { STRETCH } from './needle-cost.ts';
import { BLOCK_ADDRESS, createScanMemory } from './scan-memory.ts';
import { AT, BLOCK_BYTES, WORD_FACTOR } from './scan-program.ts';
import { groupShapes, SHAPE_BYTES, type Shape } from './shape.ts';

/** An address behind all others. */
const NOWHERE = 0x7fffffff;

/** What is found when a disguise is found. */
export const DISGUISED = -1;

/**
 * Takes in a needle's index, or {@link DISGUISED}, and a byte of it; returns the offset from which on finds are of
 * interest again.
 */
export type Found = (needle: number, at: number) => number;

export interface ChunkScanner {
  /** Reports everything that is found in a chunk, line by line. What overlaps may come out of order. */
  scan(chunk: Buffer, found: Found): void;
  /** Moves to the line around a byte that is being reported. */
  lineAt(at: number): LineCursor;
}

/** Makes a scanner for needles and disguises. It holds about two megabytes, more for thousands of needles. */
export function createChunkScanner(needles: readonly Needle[], disguise: Disguise): ChunkScanner {
  const short = indexShort(needles);
  const memory = createScanMemory(needles, disguise.shapes, groupShapes(short.shapes));
  const cursor = createLineCursor(memory);
  const { words } = memory;
  let chunk: Buffer = Buffer.alloc(0);
  let blockFrom = 0;

  function findAtStretch(entry: number, at: number, found: Found): number {
    const { needles: owners, offsets } = memory.owners[entry] as Owners;
    for (let i = 0; i < owners.length; i++) {
      const index = owners[i] as number;
      const needle = needles[index] as Needle;
      // It was whole in the block before, with the byte behind it, and found there.
      if (at + STRETCH < blockFrom) continue;
      const start = at - (offsets[i] as number);
      if (!isAt(needle, chunk, start)) continue;
      const goOn = found(index, Math.max(start, blockFrom));
      if (goOn > at) return goOn;
    }
    return 0;
  }

  function findAtShape(at: number, found: Found): number {
    if (at < blockFrom) return 0;
    if (disguise.isAt(chunk, at)) return found(DISGUISED, at);
    return findShort(at, 3, found) || findShort(at, 2, found);
  }

  function findShort(at: number, length: number, found: Found): number {
    const indexes = short.get(keyOf(chunk, at + 1 - length, length));
    if (indexes === undefined) return 0;
    for (const index of indexes) {
      if (!isAt(needles[index] as Needle, chunk, at + 1 - length)) continue;
      const goOn = found(index, at);
      if (goOn > at) return goOn;
    }
    return 0;
  }

  /** Goes through two lists of finds as if they were one in order. */
  function report(stretchesTo: number, shapesTo: number, wanted: number, found: Found): number {
    const offset = blockFrom - BLOCK_ADDRESS;
    let wantedFrom = wanted;
    let stretch = AT.stretchHits;
    let shape = AT.shapeHits;
    while (stretch < stretchesTo || shape < shapesTo) {
      const stretchAt = stretch < stretchesTo ? (words[stretch >> 2] as number) : NOWHERE;
      const shapeAt = shape < shapesTo ? (words[shape >> 2] as number) : NOWHERE;
      if (stretchAt <= shapeAt) {
        stretch += 8;
        if (stretchAt + offset < wantedFrom) continue;
        wantedFrom = Math.max(
          wantedFrom,
          findAtStretch(words[(stretch >> 2) - 1] as number, stretchAt + offset, found),
        );
      } else {
        shape += 4;
        if (shapeAt + offset < wantedFrom) continue;
        wantedFrom = Math.max(wantedFrom, findAtShape(shapeAt + offset, found));
      }
    }
    return wantedFrom;
  }

  return {
    scan(given, found) {
      chunk = given;
      cursor.begin(chunk);
      let wantedFrom = 0;
      for (blockFrom = 0; blockFrom < chunk.length; blockFrom += BLOCK_BYTES) {
        const to = memory.load(chunk, blockFrom);
        cursor.enterBlock(blockFrom, to);
        wantedFrom = report(memory.findStretches(to), memory.findShapes(to), wantedFrom, found);
      }
    },
    lineAt(at) {
      cursor.moveTo(at);
      return cursor;
    },
  };
}

interface ShortNeedles {
  readonly shapes: readonly Shape[];
  /** The needles that begin with these bytes, by {@link keyOf} them. */
  get(key: number): readonly number[] | undefined;
}

/** The needles that are shorter than a stretch, by their first bytes. */
function indexShort(needles: readonly Needle[]): ShortNeedles {
  const short = new Map<number, number[]>();
  const shapes: Shape[] = [];
  /** Whether there is a needle for a key with this hash: mostly there is none, and a map is slow to tell. */
  const isThere = new Uint8Array(1 << KEY_BITS);
  for (const [index, { text }] of needles.entries()) {
    if (text.length >= STRETCH) continue;
    const start = Buffer.from(text.slice(0, SHAPE_BYTES), 'latin1');
    const key = keyOf(start, 0, start.length);
    const known = short.get(key);
    if (known) {
      known.push(index);
      continue;
    }
    short.set(key, [index]);
    shapes.push(shapeOf(start.toString('latin1')));
    isThere[Math.imul(key, WORD_FACTOR) >>> (32 - KEY_BITS)] = 1;
  }
  return {
    shapes,
    get: (key) => (isThere[Math.imul(key, WORD_FACTOR) >>> (32 - KEY_BITS)] === 1 ? short.get(key) : undefined),
  };
}

const KEY_BITS = 12;

/** Two or three bytes as a number, letters in lower case. */
function keyOf(bytes: Buffer, at: number, length: number): number {
  let key = length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i] as number;
    key = (key << 8) | (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);
  }
  return key;
}

/** Bytes in both cases. */
function shapeOf(text: string): Shape {
  const [one = [], two = [], three] = [...text].map((char) =>
    [char, char.toUpperCase()].map((each) => each.charCodeAt(0)),
  );
  return three ? { first: one, second: two, last: three } : { second: one, last: two };
}

import { byteInLine, isAt, type Needle } from '../needles/needle.ts';
import { GRAM_MIN, STRETCH } from '../needles/needle-cost.ts';
import { groupAll, SHAPE_BYTES, type Shape } from './byte-shapes.ts';
import type { Owners } from './gram-table.ts';
import type { HiddenText } from './hidden-text.ts';
import { createLineCursor, type LineCursor } from './line-cursor.ts';
import { BLOCK_ADDRESS, createScanMemory } from './scan-memory.ts';
import { AT, BLOCK_BYTES, WORD_FACTOR } from './scan-program.ts';

/** An address behind all others. */
const NOWHERE = 0x7fffffff;

/** How many bytes before a line a stretch in it may begin: any byte, and the line feed, before five bytes. */
const BEFORE_LINE = 2;

/** What is found when a hiddenText is found. */
export const HIDDEN_TEXT = -1;

/**
 * Takes in a needle's index, or {@link HIDDEN_TEXT}, and a byte of it; returns the offset from which on finds are of
 * interest again.
 */
export type Found = (needle: number, at: number) => number;

export interface ChunkScanner {
  /** Reports everything that is found in a chunk, line by line. What overlaps may come out of order. */
  scan(chunk: Buffer, found: Found): void;
  /** Moves to the line around a byte that is being reported. */
  lineAt(at: number): LineCursor;
}

/** Makes a scanner for needles and hiddenTexts. It holds about two megabytes, more for thousands of needles. */
export function createChunkScanner(needles: readonly Needle[], hiddenText: HiddenText): ChunkScanner {
  const short = indexShort(needles);
  const memory = createScanMemory(needles, groupAll(hiddenText.shapes, short.shapes));
  const cursor = createLineCursor(memory);
  const { words } = memory;
  let chunk: Buffer = Buffer.alloc(0);
  let blockFrom = 0;

  function findAtStretch(entry: number, at: number, wantedFrom: number, found: Found): number {
    const { needles: owners, offsets } = memory.owners[entry] as Owners;
    for (let i = 0; i < owners.length; i++) {
      const index = owners[i] as number;
      const needle = needles[index] as Needle;
      // It was whole in the block before, with the byte behind it, and found there.
      if (at + STRETCH < blockFrom) continue;
      const start = at - (offsets[i] as number);
      if (!isAt(needle, chunk, start)) continue;
      const place = Math.max(byteInLine(needle, start), blockFrom);
      if (place < wantedFrom) continue;
      const goOn = found(index, place);
      if (goOn > at) return goOn;
    }
    return 0;
  }

  function findAtShape(at: number, wantedFrom: number, found: Found): number {
    if (at < blockFrom) return 0;
    if (hiddenText.isAt(chunk, at)) return found(HIDDEN_TEXT, at);
    return findShort(at, 3, wantedFrom, found) || findShort(at, 2, wantedFrom, found);
  }

  function findShort(at: number, length: number, wantedFrom: number, found: Found): number {
    const owners = short.get(keyOf(chunk, at + 1 - length, length));
    if (owners === undefined) return 0;
    for (let i = 0; i < owners.needles.length; i++) {
      const index = owners.needles[i] as number;
      const needle = needles[index] as Needle;
      const start = at + 1 - length - (owners.offsets[i] as number);
      if (!isAt(needle, chunk, start)) continue;
      const place = Math.max(byteInLine(needle, start), blockFrom);
      if (place < wantedFrom) continue;
      const goOn = found(index, place);
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
        if (stretchAt + offset + BEFORE_LINE < wantedFrom) continue;
        const goOn = findAtStretch(words[(stretch >> 2) - 1] as number, stretchAt + offset, wantedFrom, found);
        if (goOn > wantedFrom) wantedFrom = goOn;
      } else {
        shape += 4;
        if (shapeAt + offset < wantedFrom) continue;
        wantedFrom = Math.max(wantedFrom, findAtShape(shapeAt + offset, wantedFrom, found));
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
  /** The needles with these bytes, by {@link keyOf} them, and how far in they have them. */
  get(key: number): Owners | undefined;
}

/** The needles that are too short for the gram table, by the bytes of theirs that are rarest. */
function indexShort(needles: readonly Needle[]): ShortNeedles {
  const short = new Map<number, Owners>();
  const shapes: Shape[] = [];
  /** Whether there is a needle for a key with this hash: mostly there is none, and a map is slow to tell. */
  const isThere = new Uint8Array(1 << KEY_BITS);
  for (const [index, { text }] of needles.entries()) {
    if (text.length >= GRAM_MIN) continue;
    const from = Math.max(0, text.length - 3);
    const bytes = Buffer.from(text.slice(from, from + SHAPE_BYTES), 'latin1');
    const key = keyOf(bytes, 0, bytes.length);
    let owners = short.get(key);
    if (!owners) {
      owners = { needles: [], offsets: [] };
      short.set(key, owners);
      shapes.push(shapeOf(bytes.toString('latin1')));
      isThere[Math.imul(key, WORD_FACTOR) >>> (32 - KEY_BITS)] = 1;
    }
    owners.needles.push(index);
    owners.offsets.push(from);
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
    // Before the first line and behind the last there is a line feed.
    const byte = bytes[at + i] ?? 0x0a;
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

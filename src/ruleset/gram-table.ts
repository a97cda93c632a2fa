import type { Needle } from './needle.ts';
import { bestStretch, STRETCH } from './needle-cost.ts';
import { ENTRY_BYTES, HASH_FACTOR, STRETCH_FACTOR } from './scan-program.ts';

/** Needles shorter than this hold no aligned word in some places, not even one of which three bytes are known. */
export const GRAM_NEEDLE_MIN = 5;

/** The needles that an entry stands for, and how far before an address where it fits they begin, in bytes. */
export interface Owners {
  readonly needles: readonly number[];
  /** -1 when they begin a byte after the address. */
  readonly offsets: readonly number[];
}

/** What `findGrams` of the scan program reads, and what its finds mean. */
export interface GramTable {
  /** A bit for each hash of a word. */
  readonly bitmap: Uint8Array;
  /** 32 minus the binary logarithm of the number of bits. */
  readonly shift: number;
  /** By the hash of the bytes of a stretch: the number of the first entry, from 1; 0 where there is none. */
  readonly stretches: Int32Array;
  /** 64 minus the binary logarithm of the number of stretches. */
  readonly stretchShift: number;
  /** The same for words of needles that are shorter than a stretch. Empty when there are none. */
  readonly words: Int32Array;
  /** 32 minus the binary logarithm of the number of words. */
  readonly wordShift: number;
  /** The entries from number 1 on, as the scan program has them. */
  readonly entries: Uint8Array;
  /** By an entry's number. */
  readonly owners: readonly Owners[];
}

/** A word that gives needles away, and the bytes around it that have to fit: a stretch, or a shorter needle. */
interface Entry {
  readonly word: number;
  /** Where the bytes begin, seen from the word. */
  readonly delta: number;
  readonly bytes: string;
  readonly needles: number[];
  readonly offsets: number[];
}

/** Bits of the bitmap for each word in it: with fewer, too many other words pass. */
const BITS_PER_WORD = 64;
const [MIN_LOG2, MAX_LOG2] = [16, 22];
/** Every byte as the scan folds it. */
const FOLDED = Array.from({ length: 0x100 }, (_, byte) => byte).filter((byte) => (byte & 0x20) !== 0);

/**
 * The words to look for. Any seven bytes hold one aligned word wherever they begin, so four words stand for each needle.
 * Of needles of five or six bytes some places leave only three bytes of a word known, and any fourth has to be let through.
 */
export function createGramTable(needles: readonly Needle[]): GramTable {
  const entries = new Map<string, Entry>();
  const crowds = countCompared(needles);
  for (const [needle, { text }] of needles.entries()) {
    if (text.length < GRAM_NEEDLE_MIN) continue;
    const from = text.length >= STRETCH ? bestStretch(text, (at) => crowds.get(text.slice(at, at + STRETCH)) ?? 0) : 0;
    const bytes = text.slice(from, from + STRETCH);
    const add = (word: number, offset: number) => {
      const key = `${word} ${from - offset} ${bytes}`;
      const entry = entries.get(key) ?? { word, delta: from - offset, bytes, needles: [], offsets: [] };
      entries.set(key, entry);
      entry.needles.push(needle);
      entry.offsets.push(offset);
    };
    const to = Math.min(from + STRETCH, text.length);
    for (let offset = from; offset + 4 <= to; offset++) add(wordOf(text, offset, 4), offset);
    if (text.length >= STRETCH) continue;
    // One byte into a word begins the needle: its first three bytes are the word's last.
    for (const byte of FOLDED) add((wordOf(text, 0, 3) << 8) | byte, -1);
    if (text.length > GRAM_NEEDLE_MIN) continue;
    for (const byte of FOLDED) add(wordOf(text, 2, 3) | (byte << 24), 2);
  }
  return layOut([...entries.values()]);
}

/** How many needles have the same bytes to compare, wherever they have them. */
function countCompared(needles: readonly Needle[]): Map<string, number> {
  const crowds = new Map<string, number>();
  for (const { text } of needles) {
    for (let at = 0; at + STRETCH <= text.length; at++) {
      const bytes = text.slice(at, at + STRETCH);
      crowds.set(bytes, (crowds.get(bytes) ?? 0) + 1);
    }
  }
  return crowds;
}

function layOut(all: readonly Entry[]): GramTable {
  const words = new Set(all.map(({ word }) => word));
  const log2 = Math.min(MAX_LOG2, Math.max(MIN_LOG2, Math.ceil(Math.log2(words.size * BITS_PER_WORD))));
  const shift = 32 - log2;
  const bitmap = new Uint8Array(2 ** (log2 - 3));
  const byStretch = createHeads(all.filter(({ bytes }) => bytes.length === STRETCH).length);
  const short = all.filter(({ bytes }) => bytes.length < STRETCH).length;
  const byWord = createHeads(short);
  const entries = new Uint8Array((all.length + 1) * ENTRY_BYTES);
  const view = new DataView(entries.buffer);
  for (const [index, { word, delta, bytes }] of all.entries()) {
    const hash = Math.imul(word, HASH_FACTOR);
    bitmap[(hash >>> shift) >>> 3] = (bitmap[(hash >>> shift) >>> 3] as number) | (1 << ((hash >>> shift) & 7));
    const at = (index + 1) * ENTRY_BYTES;
    for (let i = 0; i < bytes.length; i++) {
      entries[at + i] = bytes.charCodeAt(i) | 0x20;
      entries[at + 8 + i] = 0xff;
    }
    view.setInt32(at + 16, delta, true);
    const isStretch = bytes.length === STRETCH;
    const heads = isStretch ? byStretch.heads : byWord.heads;
    const product = BigInt.asUintN(64, view.getBigUint64(at, true) * STRETCH_FACTOR);
    const head = isStretch ? Number(product >> BigInt(64 - byStretch.log2)) : hash >>> (32 - byWord.log2);
    view.setInt32(at + 20, heads[head] as number, true);
    heads[head] = index + 1;
  }
  const none: Owners = { needles: [], offsets: [] };
  return {
    bitmap,
    shift,
    stretches: byStretch.heads,
    stretchShift: 64 - byStretch.log2,
    words: short > 0 ? byWord.heads : new Int32Array(0),
    wordShift: 32 - byWord.log2,
    entries,
    owners: [none, ...all],
  };
}

/** Room for chains of entries, at most half of it taken. */
function createHeads(entries: number): { heads: Int32Array; log2: number } {
  const log2 = Math.ceil(Math.log2(entries * 2 + 2));
  return { heads: new Int32Array(2 ** log2), log2 };
}

/** Up to four bytes of a needle as the scan sees them in a little-endian word. */
function wordOf(text: string, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word |= (text.charCodeAt(at + i) | 0x20) << (8 * i);
  return word;
}

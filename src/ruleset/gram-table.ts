import type { Needle } from './needle.ts';
import { rarestStretch, STRETCH } from './needle-cost.ts';
import { ENTRY_BYTES, HASH_FACTOR } from './scan-program.ts';

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
  /** By hash: the number of the first entry for it, from 1; 0 where there is none. */
  readonly heads: Int32Array;
  /** 32 minus the binary logarithm of the number of heads. */
  readonly headShift: number;
  /** The entries from number 1 on, as the scan program has them. */
  readonly entries: Uint8Array;
  /** By an entry's number. */
  readonly owners: readonly Owners[];
}

/** A word that gives needles away, and up to eight bytes around it that have to fit. */
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
const COMPARED_BYTES = 8;
/** Every byte as the scan folds it. */
const FOLDED = Array.from({ length: 0x100 }, (_, byte) => byte).filter((byte) => (byte & 0x20) !== 0);

/**
 * The words to look for. Any seven bytes hold one aligned word wherever they begin, so four words stand for each needle.
 * Of needles of five or six bytes some places leave only three bytes of a word known, and any fourth has to be let through.
 */
export function createGramTable(needles: readonly Needle[]): GramTable {
  const entries = new Map<string, Entry>();
  for (const [needle, { text }] of needles.entries()) {
    if (text.length < GRAM_NEEDLE_MIN) continue;
    const from = text.length >= STRETCH ? rarestStretch(text) : 0;
    const bytes = text.slice(from, from + COMPARED_BYTES);
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

function layOut(all: readonly Entry[]): GramTable {
  const words = new Set(all.map(({ word }) => word));
  const log2 = Math.min(MAX_LOG2, Math.max(MIN_LOG2, Math.ceil(Math.log2(words.size * BITS_PER_WORD))));
  const shift = 32 - log2;
  const bitmap = new Uint8Array(2 ** (log2 - 3));
  const headShift = 32 - Math.ceil(Math.log2(words.size * 2 + 2));
  const heads = new Int32Array(2 ** (32 - headShift));
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
    view.setInt32(at + 20, heads[hash >>> headShift] as number, true);
    heads[hash >>> headShift] = index + 1;
  }
  const none: Owners = { needles: [], offsets: [] };
  return { bitmap, shift, heads, headShift, entries, owners: [none, ...all] };
}

/** Up to four bytes of a needle as the scan sees them in a little-endian word. */
function wordOf(text: string, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word |= (text.charCodeAt(at + i) | 0x20) << (8 * i);
  return word;
}

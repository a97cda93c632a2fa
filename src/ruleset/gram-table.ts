import type { Needle } from './needle.ts';
import { bestStretch, STRETCH } from './needle-cost.ts';
import { ENTRY_BYTES, HASH_FACTOR, STRETCH_FACTOR } from './scan-program.ts';

/** Needles shorter than this hold no aligned word in some places, not even one of which three bytes are known. */
export const GRAM_NEEDLE_MIN = 5;

/** The needles that have the bytes of an entry, and how far into them. */
export interface Owners {
  readonly needles: readonly number[];
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
  /** 32 minus the binary logarithm of the number of stretches. */
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

/** Bytes that give needles away: a stretch of them, or all of a shorter one. */
interface Entry {
  readonly bytes: string;
  readonly needles: number[];
  readonly offsets: number[];
}

/** A word that may hold a part of a short needle, which begins `delta` bytes from it. */
interface ShortEntry extends Entry {
  readonly word: number;
  readonly delta: number;
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
  const stretches = new Map<string, Entry>();
  const short: ShortEntry[] = [];
  const crowds = countStretches(needles);
  for (const [needle, { text }] of needles.entries()) {
    if (text.length < GRAM_NEEDLE_MIN) continue;
    if (text.length < STRETCH) {
      short.push(...shortEntries(text).map((entry) => ({ ...entry, bytes: text, needles: [needle], offsets: [0] })));
      continue;
    }
    const from = bestStretch(text, (at) => crowds.get(text.slice(at, at + STRETCH)) ?? 0);
    const bytes = text.slice(from, from + STRETCH);
    const entry = stretches.get(bytes) ?? { bytes, needles: [], offsets: [] };
    stretches.set(bytes, entry);
    entry.needles.push(needle);
    entry.offsets.push(from);
  }
  return layOut([...stretches.values()], short);
}

function shortEntries(text: string): { word: number; delta: number }[] {
  const found: { word: number; delta: number }[] = [];
  for (let at = 0; at + 4 <= text.length; at++) found.push({ word: wordOf(text, at, 4), delta: -at });
  // One byte into a word begins the needle: its first three bytes are the word's last.
  for (const byte of FOLDED) found.push({ word: (wordOf(text, 0, 3) << 8) | byte, delta: 1 });
  if (text.length > GRAM_NEEDLE_MIN) return found;
  for (const byte of FOLDED) found.push({ word: wordOf(text, 2, 3) | (byte << 24), delta: -2 });
  return found;
}

/** How many needles have the same seven bytes, wherever they have them. */
function countStretches(needles: readonly Needle[]): Map<string, number> {
  const crowds = new Map<string, number>();
  for (const { text } of needles) {
    for (let at = 0; at + STRETCH <= text.length; at++) {
      const bytes = text.slice(at, at + STRETCH);
      crowds.set(bytes, (crowds.get(bytes) ?? 0) + 1);
    }
  }
  return crowds;
}

function layOut(long: readonly Entry[], short: readonly ShortEntry[]): GramTable {
  const words = new Set([
    ...long.flatMap(({ bytes }) => WORDS_IN.map((at) => wordOf(bytes, at, 4))),
    ...short.map(({ word }) => word),
  ]);
  const log2 = Math.min(MAX_LOG2, Math.max(MIN_LOG2, Math.ceil(Math.log2(words.size * BITS_PER_WORD))));
  const bitmap = new Uint8Array(2 ** (log2 - 3));
  for (const word of words) {
    const hash = Math.imul(word, HASH_FACTOR) >>> (32 - log2);
    bitmap[hash >>> 3] = (bitmap[hash >>> 3] as number) | (1 << (hash & 7));
  }
  const byStretch = createHeads(long.length);
  const byWord = createHeads(short.length);
  const entries = new Uint8Array((1 + long.length + short.length) * ENTRY_BYTES);
  const view = new DataView(entries.buffer);
  const write = (number: number, { bytes }: Entry, delta: number, { heads }: Heads, head: number) => {
    const at = number * ENTRY_BYTES;
    for (let i = 0; i < bytes.length; i++) {
      entries[at + i] = bytes.charCodeAt(i) | 0x20;
      entries[at + 8 + i] = 0xff;
    }
    view.setInt32(at + 16, delta, true);
    view.setInt32(at + 20, heads[head] as number, true);
    heads[head] = number;
  };
  for (const [i, entry] of long.entries()) {
    write(1 + i, entry, 0, byStretch, stretchHash(entry.bytes) >>> (32 - byStretch.log2));
  }
  for (const [i, entry] of short.entries()) {
    const head = Math.imul(entry.word, HASH_FACTOR) >>> (32 - byWord.log2);
    write(1 + long.length + i, entry, entry.delta, byWord, head);
  }
  return {
    bitmap,
    shift: 32 - log2,
    stretches: byStretch.heads,
    stretchShift: 32 - byStretch.log2,
    words: short.length > 0 ? byWord.heads : new Int32Array(0),
    wordShift: 32 - byWord.log2,
    entries,
    owners: [{ needles: [], offsets: [] }, ...long, ...short],
  };
}

/** Where the words in a stretch begin. */
const WORDS_IN = [0, 1, 2, 3];

/** As the scan program has it: the upper half of a product of 64 bits. */
function stretchHash(bytes: string): number {
  const low = BigInt(wordOf(bytes, 0, 4) >>> 0);
  const high = BigInt(wordOf(bytes, 4, 3));
  return Number(BigInt.asUintN(64, (low | (high << 32n)) * STRETCH_FACTOR) >> 32n);
}

interface Heads {
  readonly heads: Int32Array;
  readonly log2: number;
}

/** Room for chains of entries, at most an eighth of it taken: looking at an entry that does not fit is dear. */
function createHeads(entries: number): Heads {
  const log2 = Math.ceil(Math.log2(entries * 8 + 2));
  return { heads: new Int32Array(2 ** log2), log2 };
}

/** Up to four bytes of a needle as the scan sees them in a little-endian word. */
function wordOf(text: string, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word |= (text.charCodeAt(at + i) | 0x20) << (8 * i);
  return word;
}

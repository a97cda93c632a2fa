import type { Needle } from '../needles/needle.ts';
import { GRAM_MIN, STRETCH } from '../needles/needle-cost.ts';
import { ENTRY_BYTES, NEXT_FACTOR, STRETCH_FACTOR, WORD_FACTOR } from './scan-program.ts';

/** The needles that have a stretch in them, and how far in. */
export interface Owners {
  readonly needles: number[];
  readonly offsets: number[];
}

/** What `findStretches` of the scan program reads, and what its finds mean. */
export interface GramTable {
  /** A bit for each hash of an aligned word and the byte behind it. */
  readonly bitmap: Uint8Array;
  /** 32 minus the binary logarithm of the number of bits. */
  readonly shift: number;
  /** By the hash of a stretch: the number of the first entry, from 1; 0 where there is none. */
  readonly heads: Int32Array;
  /** 32 minus the binary logarithm of the number of heads. */
  readonly headShift: number;
  /** The entries from number 1 on, as the scan program has them. */
  readonly entries: Uint8Array;
  /** By an entry's number. */
  readonly owners: readonly Owners[];
}

/** Bits of the bitmap for each hash in it: with fewer, too many other words pass. */
const BITS_PER_HASH = 128;
const [MIN_LOG2, MAX_LOG2] = [16, 22];
/** Every byte as the scan folds it. */
const FOLDED = Array.from({ length: 0x100 }, (_, byte) => byte).filter((byte) => (byte & 0x20) !== 0);
/** Where an aligned word can begin in a stretch. */
const WORDS_IN = [0, 1, 2, 3];

/**
 * The stretches of seven bytes to look for, one for each needle of seven bytes or more. Any seven bytes hold one aligned
 * word wherever they begin, so four words stand for each needle. With the byte behind it a word is far rarer; where the
 * needle ends with the word, that byte may be any. A needle of six bytes is looked for with whatever is before it.
 */
export function createGramTable(needles: readonly Needle[]): GramTable {
  const stretches = new Map<string, Owners>();
  const hashes = new Set<number>();
  for (const [index, { text }] of needles.entries()) {
    if (text.length < GRAM_MIN) continue;
    // The end of a text is less often shared than its beginning: keys begin alike.
    const from = text.length < STRETCH ? -1 : text.length - STRETCH;
    const after = text.slice(from + STRETCH, from + STRETCH + 1);
    const forms =
      from === -1 ? FOLDED.map((byte) => String.fromCharCode(byte) + text) : [text.slice(from, from + STRETCH)];
    for (const [form, bytes] of forms.entries()) {
      const owners = stretches.get(bytes) ?? { needles: [], offsets: [] };
      stretches.set(bytes, owners);
      owners.needles.push(index);
      owners.offsets.push(from);
      // The forms of a needle differ in their first byte alone.
      addHashes(bytes + after, form === 0 ? WORDS_IN : [0], hashes);
    }
  }
  return { ...createBitmap(hashes), ...createEntries(stretches) };
}

/**
 * @param bytes the stretch, and the byte behind it where that is known
 * @param words where the words begin that are hashed
 */
function addHashes(bytes: string, words: readonly number[], hashes: Set<number>): void {
  for (const at of words) {
    const next = at + 4 < bytes.length ? [bytes.charCodeAt(at + 4) | 0x20] : FOLDED;
    for (const byte of next) hashes.add(gramHash(wordOf(bytes, at, 4), byte));
  }
}

function createBitmap(hashes: ReadonlySet<number>): Pick<GramTable, 'bitmap' | 'shift'> {
  const log2 = Math.min(MAX_LOG2, Math.max(MIN_LOG2, Math.ceil(Math.log2(hashes.size * BITS_PER_HASH))));
  const shift = 32 - log2;
  const bitmap = new Uint8Array(2 ** (log2 - 3));
  for (const hash of hashes) {
    const bit = hash >>> shift;
    bitmap[bit >>> 3] = (bitmap[bit >>> 3] as number) | (1 << (bit & 7));
  }
  return { bitmap, shift };
}

/** At most an eighth of the heads is taken: looking at an entry that does not fit is dear. */
function createEntries(
  stretches: ReadonlyMap<string, Owners>,
): Pick<GramTable, 'heads' | 'headShift' | 'entries' | 'owners'> {
  const log2 = Math.ceil(Math.log2(stretches.size * 8 + 2));
  const heads = new Int32Array(2 ** log2);
  const entries = new Uint8Array((1 + stretches.size) * ENTRY_BYTES);
  const view = new DataView(entries.buffer);
  let number = 0;
  for (const bytes of stretches.keys()) {
    number += 1;
    const at = number * ENTRY_BYTES;
    for (let i = 0; i < STRETCH; i++) entries[at + i] = bytes.charCodeAt(i) | 0x20;
    const head = stretchHash(bytes) >>> (32 - log2);
    view.setInt32(at + 8, heads[head] as number, true);
    heads[head] = number;
  }
  return { heads, headShift: 32 - log2, entries, owners: [{ needles: [], offsets: [] }, ...stretches.values()] };
}

/** As the scan program has it, which takes the byte behind a word from the word that begins one byte later. */
function gramHash(word: number, next: number): number {
  const later = (word >>> 8) | (next << 24);
  return (Math.imul(word, WORD_FACTOR) + Math.imul(later, NEXT_FACTOR)) >>> 0;
}

/** As the scan program has it: the upper half of a product of 64 bits. */
function stretchHash(bytes: string): number {
  const low = BigInt(wordOf(bytes, 0, 4) >>> 0);
  const high = BigInt(wordOf(bytes, 4, 3));
  return Number(BigInt.asUintN(64, (low | (high << 32n)) * STRETCH_FACTOR) >> 32n);
}

/** Up to four bytes of a needle as the scan sees them in a little-endian word. */
function wordOf(text: string, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word |= (text.charCodeAt(at + i) | 0x20) << (8 * i);
  return word;
}

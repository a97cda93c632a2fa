import type { Needle } from './needle.ts';
import { rarestStretch, STRETCH } from './needle-cost.ts';
import { FOLD, HASH_FACTOR } from './scan-program.ts';

/** Needles shorter than this hold no aligned word in some places, not even one of which three bytes are known. */
export const GRAM_NEEDLE_MIN = 5;

/** A word that gives a needle away, and how far into the needle it begins: -1 when the byte before the needle is its first. */
interface Entry {
  readonly needle: number;
  readonly offset: number;
}

export interface GramTable {
  /** A bit for each hash of a word. */
  readonly bitmap: Uint8Array;
  readonly shift: number;
  /** The needles that the aligned word at an address may give away. */
  entriesOf(word: number): readonly Entry[] | undefined;
}

/** Bits of the bitmap for each word in it: with fewer, too many other words pass. */
const BITS_PER_WORD = 64;
const [MIN_LOG2, MAX_LOG2] = [16, 22];
/** Every byte as {@link FOLD} leaves it. */
const FOLDED = Array.from({ length: 0x100 }, (_, byte) => byte).filter((byte) => (byte & 0x20) !== 0);

/**
 * The words to look for. Any seven bytes hold one aligned word wherever they begin, so four words stand for each needle.
 * Of needles of five or six bytes some places leave only three bytes of a word known, and any fourth has to be let through.
 */
export function createGramTable(needles: readonly Needle[]): GramTable {
  const entries = new Map<number, Entry[]>();
  for (const [needle, { text }] of needles.entries()) {
    const from = text.length >= STRETCH ? rarestStretch(text) : 0;
    const to = Math.min(from + STRETCH, text.length);
    for (let offset = from; offset + 4 <= to; offset++) add(entries, wordOf(text, offset, 4), { needle, offset });
    if (text.length >= STRETCH || text.length < GRAM_NEEDLE_MIN) continue;
    // One byte into a word begins the needle: its first three bytes are the word's last.
    for (const byte of FOLDED) add(entries, (wordOf(text, 0, 3) << 8) | byte, { needle, offset: -1 });
    if (text.length > GRAM_NEEDLE_MIN) continue;
    for (const byte of FOLDED) add(entries, wordOf(text, 2, 3) | (byte << 24), { needle, offset: 2 });
  }
  const log2 = Math.min(MAX_LOG2, Math.max(MIN_LOG2, Math.ceil(Math.log2(entries.size * BITS_PER_WORD))));
  const shift = 32 - log2;
  const bitmap = new Uint8Array(2 ** (log2 - 3));
  for (const each of entries.keys()) {
    const hash = Math.imul(each, HASH_FACTOR) >>> shift;
    bitmap[hash >>> 3] = (bitmap[hash >>> 3] as number) | (1 << (hash & 7));
  }
  return {
    bitmap,
    shift,
    entriesOf: (word) => entries.get(word | FOLD),
  };
}

/** Up to four bytes of a needle as the scan sees them in a little-endian word. */
function wordOf(text: string, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word |= (text.charCodeAt(at + i) | 0x20) << (8 * i);
  return word;
}

function add(table: Map<number, Entry[]>, word: number, entry: Entry): void {
  const known = table.get(word);
  if (known) known.push(entry);
  else table.set(word, [entry]);
}

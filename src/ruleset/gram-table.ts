import type { Needle } from './needle.ts';
import { rarestStretch } from './needle-cost.ts';
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
  entriesOf(word: number): readonly Entry[];
}

/** Bits of the bitmap for each word in it: with fewer, too many other words pass. */
const BITS_PER_WORD = 64;
const [MIN_LOG2, MAX_LOG2] = [16, 22];
const NONE: readonly Entry[] = [];
const [FIRST_THREE, LAST_THREE] = [0x00ffffff, 0xffffff00 | 0];

/**
 * The words to look for. Any seven bytes hold one aligned word wherever they begin, so four words stand for each needle.
 * Of needles of five or six bytes some places leave only three bytes of a word known, and any fourth has to be let through.
 */
export function createGramTable(needles: readonly Needle[]): GramTable {
  const whole = new Map<number, Entry[]>();
  const starts = new Map<number, Entry[]>();
  const ends = new Map<number, Entry[]>();
  for (const [needle, { text }] of needles.entries()) {
    const word = (at: number, length = 4) => wordOf(text, at, length);
    if (text.length >= 7) {
      const from = rarestStretch(text);
      for (let offset = from; offset < from + 4; offset++) add(whole, word(offset), { needle, offset });
    } else if (text.length >= GRAM_NEEDLE_MIN) {
      for (let offset = 0; offset + 4 <= text.length; offset++) add(whole, word(offset), { needle, offset });
      // Where the needle begins one byte into a word, its first three bytes are that word's last.
      add(ends, word(0, 3) << 8, { needle, offset: -1 });
      if (text.length === 5) add(starts, word(2, 3), { needle, offset: 2 });
    }
  }
  const words = new Set(whole.keys());
  for (let byte = 0x20; byte < 0x100; byte++) {
    if ((byte & 0x20) === 0) continue;
    for (const known of ends.keys()) words.add(known | byte);
    for (const known of starts.keys()) words.add(known | (byte << 24));
  }
  const log2 = Math.min(MAX_LOG2, Math.max(MIN_LOG2, Math.ceil(Math.log2(words.size * BITS_PER_WORD))));
  const shift = 32 - log2;
  const bitmap = new Uint8Array(2 ** (log2 - 3));
  for (const each of words) {
    const hash = Math.imul(each, HASH_FACTOR) >>> shift;
    bitmap[hash >>> 3] = (bitmap[hash >>> 3] as number) | (1 << (hash & 7));
  }
  return {
    bitmap,
    shift,
    entriesOf(given) {
      const folded = given | FOLD;
      const found = whole.get(folded) ?? NONE;
      if (starts.size + ends.size === 0) return found;
      return [...found, ...(starts.get(folded & FIRST_THREE) ?? NONE), ...(ends.get(folded & LAST_THREE) ?? NONE)];
    },
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

import { SHAPE_TABLES_BYTES } from './shape.ts';
import {
  assemble,
  type Code,
  get,
  i8x16,
  i32,
  i32x4,
  i64,
  repeatWhile,
  set,
  tee,
  v128,
  type WasmFunction,
  when,
} from './wasm-assembler.ts';

/*
 * The scan as a WebAssembly program: three loops over a block of bytes in its memory, sixteen bytes at a time. The same
 * loops in JavaScript run at a quarter of the speed.
 */

/** How many bytes are scanned at once. */
export const BLOCK_BYTES = 32_768;
/** How many bytes before a block are scanned with it, so that a shape that began there is found. */
export const CONTEXT_BYTES = 16;
const SPAN = CONTEXT_BYTES + BLOCK_BYTES;

/** Words of one block can each fit the entries of four lengths of needles in four places. */
const MAX_FITS = 16;
/** An entry of the gram table: its bytes, a mask for them, where they begin seen from the word, the next entry. */
export const ENTRY_BYTES = 24;

/** Where things are in the program's memory. The tables of a rule set come last, because their size depends on it. */
export const AT = {
  /** Twice six tables of 16 bytes, see `shapeTables`. */
  shapes: 0,
  /** The context and the block. Its address is a multiple of 16. */
  block: 256,
  /** Addresses found, four bytes each: at worst one for each byte. */
  shapeHits: 256 + SPAN,
  /** Where the bytes of an entry begin, four bytes each, and the entry's number. */
  gramHits: 256 + SPAN * 5,
  tables: 256 + SPAN * 5 + (SPAN / 4) * MAX_FITS * 8,
} as const;

/** Sets the bit that tells upper from lower case letters in each byte of a word. Other bytes may fall together too. */
const FOLD = 0x20202020;
const FOLD_EIGHT = 0x2020202020202020n;
const SEVEN = 0x00ffffffffffffffn;
/** Spreads words over the bitmap: 2^32 divided by the golden ratio (Knuth, The Art of Computer Programming, 6.4). */
export const HASH_FACTOR = 0x9e3779b1 | 0;
/** The same for stretches of seven bytes, from 2^64. */
export const STRETCH_FACTOR = 0x9e3779b97f4a7c15n;

/** `from` and `to` are addresses in the memory, multiples of 16, `from` before `to`. Each returns the address after the last find. */
export interface ScanProgram {
  /**
   * Finds the entries that fit somewhere. The last parameters tell where a `GramTable` is.
   */
  findGrams(
    from: number,
    to: number,
    bitmap: number,
    shift: number,
    stretches: number,
    stretchShift: number,
    words: number,
    wordShift: number,
    entries: number,
  ): number;
  /** Finds the last bytes of shapes of the first set of tables. */
  findShapes(from: number, to: number): number;
  /** Finds those of both sets, which takes nearly twice as long. */
  findAllShapes(from: number, to: number): number;
  /** Counts line feeds: returns how many there are. */
  countLines(from: number, to: number): number;
}

// The first parameters of all of them. `AT_BYTE` is stepped through the bytes.
const AT_BYTE = 0;
const TO = 1;
const nextVector = i32.ltU(tee(AT_BYTE, i32.add(get(AT_BYTE), i32.const(16))), get(TO));

/** Writes an address to where `out` points, and lets that point behind it. */
const put = (out: number, address: Code): Code => [
  ...i32.store(get(out), address),
  ...set(out, i32.add(get(out), i32.const(4))),
];

function findGrams(): WasmFunction {
  const [bitmap, shift, stretches, stretchShift, wordHeads, wordShift, entries] = [2, 3, 4, 5, 6, 7, 8];
  const [out, hash, entry, number, address, bytes, products, hashes] = [9, 10, 11, 12, 13, 14, 15, 16];
  const words = v128.or(v128.load(get(AT_BYTE)), i32x4.splat(i32.const(FOLD)));
  const bitOf = (lane: number) => {
    const byte = i32.load8(i32.add(i32.shrU(tee(hash, i32x4.lane(get(hashes), lane)), i32.const(3)), get(bitmap)));
    return i32.shrU(byte, i32.and(get(hash), i32.const(7)));
  };
  const anyBit = i32.or(i32.or(bitOf(0), bitOf(1)), i32.or(bitOf(2), bitOf(3)));
  const head = (heads: number, index: Code) => i32.load(i32.add(get(heads), i32.shl(index, i32.const(2))));
  const folded = (from: Code) => i64.or(i64.load(from), i64.const(FOLD_EIGHT));
  const stretchHash = i64.wrap(i64.shrU(i64.mul(get(bytes), i64.const(STRETCH_FACTOR)), i64.const(32n)));
  /** Goes through a chain, and puts down the entries that fit with the address where their bytes begin. */
  const follow = (first: Code, start: Code, fits: Code) =>
    when(
      tee(number, first),
      repeatWhile(
        set(entry, i32.add(get(entries), i32.mul(get(number), i32.const(ENTRY_BYTES)))),
        when(fits, put(out, start), put(out, get(number))),
        tee(number, i32.load(get(entry), 20)),
      ),
    );
  const shortStart = i32.add(get(address), i32.load(get(entry), 16));
  const followWord = (lane: number) =>
    follow(
      head(wordHeads, i32.shrU(i32x4.lane(get(products), lane), get(wordShift))),
      shortStart,
      i64.eq(i64.and(folded(shortStart), i64.load(get(entry), 8)), i64.load(get(entry))),
    );
  /** The word may begin so many bytes into a stretch. */
  const followStretch = (before: number) => [
    ...set(bytes, i64.and(folded(i32.sub(get(address), i32.const(before))), i64.const(SEVEN))),
    ...follow(
      head(stretches, i32.shrU(stretchHash, get(stretchShift))),
      i32.sub(get(address), i32.const(before)),
      i64.eq(get(bytes), i64.load(get(entry))),
    ),
  ];
  const tryLane = (lane: number) =>
    when(
      i32.and(bitOf(lane), i32.const(1)),
      set(address, i32.add(get(AT_BYTE), i32.const(lane * 4))),
      ...[0, 1, 2, 3].map(followStretch),
      when(get(wordHeads), followWord(lane)),
    );
  return {
    name: 'findGrams',
    parameters: 9,
    locals: { i32: 5, i64: 1, v128: 2 },
    body: [
      ...set(out, i32.const(AT.gramHits)),
      ...repeatWhile(
        set(products, i32x4.mul(words, i32x4.splat(i32.const(HASH_FACTOR)))),
        set(hashes, i32x4.shrU(get(products), get(shift))),
        when(i32.and(anyBit, i32.const(1)), tryLane(0), tryLane(1), tryLane(2), tryLane(3)),
        nextVector,
      ),
      ...get(out),
    ],
  };
}

const DELETE = 0x7f;

/** @param sets how many sets of tables there are */
function findShapes(name: string, sets: number): WasmFunction {
  const [out, bits, vector, low, high, found] = [2, 3, 4, 5, 6, 7];
  /** What is kept for a set: its tables, and what fitted as a first and as a second byte in this vector and the one before. */
  const localsOf = (index: number) => {
    const [tables, first, second, newFirst, newSecond] = [0, 6, 7, 8, 9].map((i) => 8 + index * 10 + i) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { index, tables, first, second, newFirst, newSecond };
  };
  type Locals = ReturnType<typeof localsOf>;
  const all = Array.from({ length: sets }, (_, index) => localsOf(index));
  const loadTables = ({ index, tables }: Locals) =>
    [0, 1, 2, 3, 4, 5].flatMap((i) =>
      set(tables + i, v128.load(i32.const(0), AT.shapes + SHAPE_TABLES_BYTES * index + 16 * i)),
    );
  const fitting = ({ tables }: Locals, place: number) =>
    v128.and(i8x16.swizzle(get(tables + 2 * place), get(low)), i8x16.swizzle(get(tables + 2 * place + 1), get(high)));
  // What fits as a first byte counts two bytes further on, what fits as a second byte one: partly in the next vector.
  const step = (locals: Locals) => [
    ...set(locals.newFirst, fitting(locals, 0)),
    ...set(locals.newSecond, fitting(locals, 1)),
    ...set(
      found,
      v128.or(
        get(found),
        v128.and(
          v128.and(
            i8x16.window(get(locals.first), get(locals.newFirst), 14),
            i8x16.window(get(locals.second), get(locals.newSecond), 15),
          ),
          fitting(locals, 2),
        ),
      ),
    ),
    ...set(locals.first, get(locals.newFirst)),
    ...set(locals.second, get(locals.newSecond)),
  ];
  return {
    name,
    parameters: 2,
    locals: { i32: 2, v128: 4 + 10 * sets },
    body: [
      ...set(out, i32.const(AT.shapeHits)),
      ...all.flatMap(loadTables),
      ...repeatWhile(
        set(vector, v128.load(get(AT_BYTE))),
        set(low, v128.and(get(vector), i8x16.splat(0x0f))),
        set(high, i8x16.shrU(get(vector), i32.const(4))),
        set(found, i8x16.eq(get(vector), i8x16.splat(DELETE))),
        ...all.map(step),
        when(
          v128.anyTrue(get(found)),
          set(bits, i8x16.bitmask(i8x16.ne(get(found), i8x16.splat(0)))),
          repeatWhile(
            put(out, i32.add(get(AT_BYTE), i32.ctz(get(bits)))),
            // Takes the lowest bit away.
            tee(bits, i32.and(get(bits), i32.sub(get(bits), i32.const(1)))),
          ),
        ),
        nextVector,
      ),
      ...get(out),
    ],
  };
}

function countLines(): WasmFunction {
  const lines = 2;
  const feeds = i8x16.bitmask(i8x16.eq(v128.load(get(AT_BYTE)), i8x16.splat(0x0a)));
  return {
    name: 'countLines',
    parameters: 2,
    locals: { i32: 1 },
    body: [...repeatWhile(set(lines, i32.add(get(lines), i32.popcnt(feeds))), nextVector), ...get(lines)],
  };
}

let compiled: WebAssembly.Module | undefined;

/** An instance of the program over `memory`. It is compiled once in a process, in about a millisecond. */
export function startScanProgram(memory: WebAssembly.Memory): ScanProgram {
  compiled ??= new WebAssembly.Module(
    assemble([findGrams(), findShapes('findShapes', 1), findShapes('findAllShapes', 2), countLines()]),
  );
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as ScanProgram;
}

import { SHAPE_TABLES_BYTES } from './byte-shapes.ts';
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
export const BLOCK_BYTES = 65_536;
/** How many bytes before a block are scanned with it, so that a shape that began there is found. */
export const CONTEXT_BYTES = 16;
/** With a vector behind the last block, for the line feed that ends the chunk. */
const SPAN = CONTEXT_BYTES + BLOCK_BYTES + 16;

/** An entry of the gram table: the seven bytes of a stretch and a zero, then the number of the next entry. */
export const ENTRY_BYTES = 12;

/** Where things are in the program's memory. The tables of a rule set come last, because their size depends on it. */
export const AT = {
  /** Twice six tables of 16 bytes, see `shapeTables`. */
  shapes: 0,
  /** The context and the block. Its address is a multiple of 16. */
  block: 256,
  /** Addresses found, four bytes each: at worst one for each byte. */
  shapeHits: 256 + SPAN,
  /** The same. */
  feedHits: 256 + SPAN * 5,
  /** Where stretches begin, four bytes each, and the entry's number: at worst four for each word. */
  stretchHits: 256 + SPAN * 9,
  /** The bitmap of the gram table, and behind it the rest. */
  bitmap: 256 + SPAN * 17,
} as const;

/** Sets the bit that tells upper from lower case letters in each byte of a word. Other bytes may fall together too. */
const FOLD = 0x20202020;
const FOLD_EIGHT = 0x2020202020202020n;
const SEVEN = 0x00ffffffffffffffn;
/** Spread words: 2^32 divided by the golden ratio (Knuth, The Art of Computer Programming, 6.4), and a prime of xxHash. */
export const WORD_FACTOR = 0x9e3779b1 | 0;
export const NEXT_FACTOR = 0x85ebca77 | 0;
/** Spreads stretches: 2^64 divided by the golden ratio. */
export const STRETCH_FACTOR = 0x9e3779b97f4a7c15n;

/** `from` and `to` are addresses in the memory, multiples of 16, `from` before `to`. Each returns the address after the last find. */
export interface ScanProgram {
  /** Finds the stretches that a `GramTable` has. The last parameters tell where that is. */
  findStretches(from: number, to: number, shift: number, heads: number, headShift: number, entries: number): number;
  /** Finds the last bytes of shapes of the first set of tables. */
  findShapes(from: number, to: number): number;
  /** Finds those of both sets, which takes nearly twice as long. */
  findAllShapes(from: number, to: number): number;
  /** Finds line feeds. */
  findFeeds(from: number, to: number): number;
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

/** Writes the addresses of the bytes of this vector that have a bit in `mask`, which is not 0. */
const putBytes = (out: number, bits: number, mask: Code): Code => [
  ...set(bits, mask),
  ...repeatWhile(
    put(out, i32.add(get(AT_BYTE), i32.ctz(get(bits)))),
    // Takes the lowest bit away.
    tee(bits, i32.and(get(bits), i32.sub(get(bits), i32.const(1)))),
  ),
];

function findStretches(): WasmFunction {
  const [shift, heads, headShift, entries] = [2, 3, 4, 5];
  const [out, hash, entry, number, start, bytes, hashes] = [6, 7, 8, 9, 10, 11, 12];
  const words = (offset: number) => v128.or(v128.load(get(AT_BYTE), offset), i32x4.splat(i32.const(FOLD)));
  const times = (vector: Code, factor: number) => i32x4.mul(vector, i32x4.splat(i32.const(factor)));
  /** 1 where the bitmap has this lane's hash, and rubbish in the other bits. */
  const bitOf = (lane: number) => {
    const byte = i32.load8(i32.shrU(tee(hash, i32x4.lane(get(hashes), lane)), i32.const(3)), AT.bitmap);
    return i32.shrU(byte, i32.and(get(hash), i32.const(7)));
  };
  const anyBit = i32.or(i32.or(bitOf(0), bitOf(1)), i32.or(bitOf(2), bitOf(3)));
  const stretchHash = i64.wrap(i64.shrU(i64.mul(get(bytes), i64.const(STRETCH_FACTOR)), i64.const(32n)));
  const head = i32.add(get(heads), i32.shl(i32.shrU(stretchHash, get(headShift)), i32.const(2)));
  /** The word may begin so many bytes into a stretch. */
  const tryStretch = (lane: number, before: number) => [
    ...set(start, i32.add(get(AT_BYTE), i32.const(lane * 4 - before))),
    ...set(bytes, i64.and(i64.or(i64.load(get(start)), i64.const(FOLD_EIGHT)), i64.const(SEVEN))),
    ...when(
      tee(number, i32.load(head)),
      repeatWhile(
        set(entry, i32.add(get(entries), i32.mul(get(number), i32.const(ENTRY_BYTES)))),
        when(
          i64.eq(get(bytes), i64.and(i64.load(get(entry)), i64.const(SEVEN))),
          put(out, get(start)),
          put(out, get(number)),
        ),
        tee(number, i32.load(get(entry), 8)),
      ),
    ),
  ];
  const tryLane = (lane: number) =>
    when(i32.and(bitOf(lane), i32.const(1)), ...[0, 1, 2, 3].map((before) => tryStretch(lane, before)));
  return {
    name: 'findStretches',
    parameters: 6,
    locals: { i32: 5, i64: 1, v128: 1 },
    body: [
      ...set(out, i32.const(AT.stretchHits)),
      ...repeatWhile(
        set(hashes, i32x4.shrU(i32x4.add(times(words(0), WORD_FACTOR), times(words(1), NEXT_FACTOR)), get(shift))),
        when(i32.and(anyBit, i32.const(1)), ...[0, 1, 2, 3].map(tryLane)),
        nextVector,
      ),
      ...get(out),
    ],
  };
}

/** Control characters for which the tables have no room: DEL, 0x1a, and 0x19 and 0x1d, which differ in one bit. */
const isRareControl = (vector: Code): Code =>
  v128.or(
    v128.or(i8x16.eq(vector, i8x16.splat(0x7f)), i8x16.eq(vector, i8x16.splat(0x1a))),
    i8x16.eq(v128.and(vector, i8x16.splat(0xfb)), i8x16.splat(0x19)),
  );

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
        set(found, isRareControl(get(vector))),
        ...all.map(step),
        when(v128.anyTrue(get(found)), putBytes(out, bits, i8x16.bitmask(i8x16.ne(get(found), i8x16.splat(0))))),
        nextVector,
      ),
      ...get(out),
    ],
  };
}

function findFeeds(): WasmFunction {
  const [out, bits, found] = [2, 3, 4];
  return {
    name: 'findFeeds',
    parameters: 2,
    locals: { i32: 2, v128: 1 },
    body: [
      ...set(out, i32.const(AT.feedHits)),
      ...repeatWhile(
        set(found, i8x16.eq(v128.load(get(AT_BYTE)), i8x16.splat(0x0a))),
        when(v128.anyTrue(get(found)), putBytes(out, bits, i8x16.bitmask(get(found)))),
        nextVector,
      ),
      ...get(out),
    ],
  };
}

let compiled: WebAssembly.Module | undefined;

/** An instance of the program over `memory`. It is compiled once in a process, in about a millisecond. */
export function startScanProgram(memory: WebAssembly.Memory): ScanProgram {
  compiled ??= new WebAssembly.Module(
    assemble([findStretches(), findShapes('findShapes', 1), findShapes('findAllShapes', 2), findFeeds()]),
  );
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as ScanProgram;
}

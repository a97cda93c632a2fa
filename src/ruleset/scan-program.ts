import {
  assemble,
  type Code,
  get,
  i8x16,
  i32,
  i32x4,
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

/** Where things are in the program's memory. The bitmap is last, because its size depends on the rules. */
export const AT = {
  /** Six tables of 16 bytes, see `shapeTables`. */
  shapes: 0,
  /** The context and the block. Its address is a multiple of 16. */
  block: 128,
  /** Addresses found, four bytes each: at worst one for each byte. */
  shapeHits: 128 + SPAN,
  /** Addresses found, four bytes each: at worst one for each word. */
  gramHits: 128 + SPAN * 5,
  grams: 128 + SPAN * 6,
} as const;

/** Sets the bit that tells upper from lower case letters in each byte of a word. Other bytes may fall together too. */
export const FOLD = 0x20202020;
/** Spreads words over the bitmap: 2^32 divided by the golden ratio (Knuth, The Art of Computer Programming, 6.4). */
export const HASH_FACTOR = 0x9e3779b1 | 0;

/** `from` and `to` are addresses in the memory, multiples of 16, `from` before `to`. Each returns the address after the last find. */
export interface ScanProgram {
  /**
   * Finds the aligned words whose hash is in the bitmap.
   * @param shift 32 minus the binary logarithm of the bitmap's size in bits
   */
  findGrams(from: number, to: number, shift: number): number;
  /** Finds the last bytes of shapes. */
  findShapes(from: number, to: number): number;
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
  const [shift, out, hash, hashes] = [2, 3, 4, 5];
  const words = v128.or(v128.load(get(AT_BYTE)), i32x4.splat(i32.const(FOLD)));
  const bitOf = (lane: number) => {
    const byte = i32.load8(i32.shrU(tee(hash, i32x4.lane(get(hashes), lane)), i32.const(3)), AT.grams);
    return i32.shrU(byte, i32.and(get(hash), i32.const(7)));
  };
  const anyBit = i32.or(i32.or(bitOf(0), bitOf(1)), i32.or(bitOf(2), bitOf(3)));
  const putLane = (lane: number) =>
    when(i32.and(bitOf(lane), i32.const(1)), put(out, i32.add(get(AT_BYTE), i32.const(lane * 4))));
  return {
    name: 'findGrams',
    parameters: 3,
    locals: { i32: 2, v128: 1 },
    body: [
      ...set(out, i32.const(AT.gramHits)),
      ...repeatWhile(
        set(hashes, i32x4.shrU(i32x4.mul(words, i32x4.splat(i32.const(HASH_FACTOR))), get(shift))),
        when(i32.and(anyBit, i32.const(1)), putLane(0), putLane(1), putLane(2), putLane(3)),
        nextVector,
      ),
      ...get(out),
    ],
  };
}

const DELETE = 0x7f;

function findShapes(): WasmFunction {
  const [out, bits] = [2, 3];
  const [vector, low, high, first, second, newFirst, newSecond, tables] = [4, 5, 6, 7, 8, 9, 10, 11];
  const fitting = (place: number) =>
    v128.and(i8x16.swizzle(get(tables + 2 * place), get(low)), i8x16.swizzle(get(tables + 2 * place + 1), get(high)));
  // What fits as a first byte counts two bytes further on, what fits as a second byte one: partly in the next vector.
  const complete = v128.and(
    v128.and(i8x16.window(get(first), get(newFirst), 14), i8x16.window(get(second), get(newSecond), 15)),
    fitting(2),
  );
  return {
    name: 'findShapes',
    parameters: 2,
    locals: { i32: 2, v128: 13 },
    body: [
      ...set(out, i32.const(AT.shapeHits)),
      ...[0, 1, 2, 3, 4, 5].flatMap((i) => set(tables + i, v128.load(i32.const(0), AT.shapes + 16 * i))),
      ...repeatWhile(
        set(vector, v128.load(get(AT_BYTE))),
        set(low, v128.and(get(vector), i8x16.splat(0x0f))),
        set(high, i8x16.shrU(get(vector), i32.const(4))),
        set(newFirst, fitting(0)),
        set(newSecond, fitting(1)),
        set(low, v128.or(complete, i8x16.eq(get(vector), i8x16.splat(DELETE)))),
        set(first, get(newFirst)),
        set(second, get(newSecond)),
        when(
          v128.anyTrue(get(low)),
          set(bits, i8x16.bitmask(i8x16.ne(get(low), i8x16.splat(0)))),
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
  compiled ??= new WebAssembly.Module(assemble([findGrams(), findShapes(), countLines()]));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as ScanProgram;
}

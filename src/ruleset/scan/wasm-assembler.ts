/**
 * Writes WebAssembly as nested calls, as much of it as the scan needs. The binary format is small enough that this is
 * shorter than a build step with an assembler from elsewhere, and no binary has to be trusted or shipped.
 * Source of every number: https://webassembly.github.io/spec/core/binary/
 */

/** The bytes of one or more instructions, operands first. */
export type Code = readonly number[];

/** A local variable of a function by its index, parameters first. */
export type Local = number;

export interface WasmFunction {
  readonly name: string;
  /** How many i32 parameters it takes. Every function returns one i32. */
  readonly parameters: number;
  readonly locals?: { readonly i32?: number; readonly i64?: number; readonly v128?: number };
  readonly body: Code;
}

const I32 = 0x7f;
const I64 = 0x7e;
const V128 = 0x7b;
const EMPTY = 0x40;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function signed64(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asIntN(64, value); ; rest >>= 7n) {
    if (rest >= -0x40n && rest < 0x40n) return [...bytes, Number(rest & 0x7fn)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const operator =
  (...code: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...code];
/** Memory is always accessed with the alignment hint 0: any address will do. */
const memory =
  (...code: number[]) =>
  (address: Code, offset = 0): Code => [...address, ...code, 0, ...unsigned(offset)];
const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

export const get = (local: Local): Code => [0x20, ...unsigned(local)];
export const set = (local: Local, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const tee = (local: Local, value: Code): Code => [...value, 0x22, ...unsigned(local)];

/** Repeats `body` as long as the i32 that it leaves behind is not 0. */
export const repeatWhile = (...body: Code[]): Code => [0x03, EMPTY, ...body.flat(), 0x0d, 0, 0x0b];
export const when = (condition: Code, ...then: Code[]): Code => [...condition, 0x04, EMPTY, ...then.flat(), 0x0b];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: memory(0x28),
  load8: memory(0x2d),
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, 0, ...unsigned(offset)],
  ltU: operator(0x49),
  ctz: operator(0x68),
  add: operator(0x6a),
  sub: operator(0x6b),
  mul: operator(0x6c),
  and: operator(0x71),
  or: operator(0x72),
  shl: operator(0x74),
  shrU: operator(0x76),
} as const;

export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed64(value)],
  load: memory(0x29),
  eq: operator(0x51),
  and: operator(0x83),
  or: operator(0x84),
  mul: operator(0x7e),
  shrU: operator(0x88),
  /** The lower half as an i32. */
  wrap: operator(0xa7),
} as const;

export const v128 = {
  load: memory(...simd(0x00)),
  and: operator(...simd(0x4e)),
  andNot: operator(...simd(0x4f)),
  or: operator(...simd(0x50)),
  anyTrue: operator(...simd(0x53)),
} as const;

export const i8x16 = {
  /** The bytes of two vectors, one after the other, from `from` on. */
  window: (low: Code, high: Code, from: number): Code => [
    ...low,
    ...high,
    ...simd(0x0d),
    ...Array.from({ length: 16 }, (_, i) => from + i),
  ],
  swizzle: operator(...simd(0x0e)),
  splat: (value: number): Code => [...i32.const(value), ...simd(0x0f)],
  eq: operator(...simd(0x23)),
  ne: operator(...simd(0x24)),
  bitmask: operator(...simd(0x64)),
  shrU: operator(...simd(0x6d)),
} as const;

export const i32x4 = {
  splat: operator(...simd(0x11)),
  lane: (vector: Code, index: number): Code => [...vector, ...simd(0x1b), index],
  shrU: operator(...simd(0xad)),
  add: operator(...simd(0xae)),
  mul: operator(...simd(0xb5)),
} as const;

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const name = (text: string): number[] => vector([...Buffer.from(text)].map((byte) => [byte]));

/** The binary of a module that imports `env.memory` and exports these functions. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...vector(Array(parameters).fill([I32])), 1, I32]);
  const bodies = functions.map(({ locals = {}, body }) => {
    const declared = vector([
      [...unsigned(locals.i32 ?? 0), I32],
      [...unsigned(locals.i64 ?? 0), I64],
      [...unsigned(locals.v128 ?? 0), V128],
    ]);
    const code = [...declared, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...name('env'), ...name('memory'), 0x02, 0x00, 1]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map((each, i) => [...name(each.name), 0x00, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ]);
}

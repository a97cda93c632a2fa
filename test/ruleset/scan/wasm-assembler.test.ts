import { expect, it } from 'vitest';
import {
  assemble,
  type Code,
  get,
  i8x16,
  i32,
  i64,
  repeatWhile,
  set,
  tee,
  v128,
  when,
} from '../../../src/ruleset/scan/wasm-assembler.ts';

const memory = new WebAssembly.Memory({ initial: 1 });
const bytes = new Uint8Array(memory.buffer);

/** A function of two numbers with this body, and a third variable of each kind. */
function run(body: Code, one = 0, other = 0): number {
  const binary = assemble([{ name: 'f', parameters: 2, locals: { i32: 1, i64: 1, v128: 1 }, body }]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return (exports.f as (one: number, other: number) => number)(one, other);
}
const [A, B, NUMBER, LONG, VECTOR] = [0, 1, 2, 3, 4];

it.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 0x7fffffff, -0x80000000])('writes the constant %i', (value) => {
  expect(run(i32.const(value))).toBe(value);
});

it.each<[string, Code, number]>([
  ['adds', i32.add(get(A), get(B)), 45],
  ['subtracts', i32.sub(get(A), get(B)), 39],
  ['multiplies', i32.mul(get(A), get(B)), 126],
  ['shifts', i32.shl(i32.shrU(get(A), i32.const(1)), get(B)), 168],
  ['masks', i32.or(i32.and(get(A), i32.const(0x0f)), i32.const(0x40)), 0x4a],
  ['compares', i32.ltU(get(B), get(A)), 1],
  ['counts zeros', i32.ctz(get(A)), 1],
  ['keeps what it sets', [...set(NUMBER, get(A)), ...i32.add(get(NUMBER), tee(NUMBER, get(B)))], 45],
  ['branches', [...when(get(B), set(A, i32.const(7))), ...get(A)], 7],
])('%s', (_, body, expected) => {
  expect(run(body, 42, 3)).toBe(expected);
});

it('repeats as long as a number is not 0', () => {
  const step = i32.add(get(A), get(B));
  expect(run([...repeatWhile(set(A, step), tee(B, i32.sub(get(B), i32.const(1)))), ...get(A)], 0, 100)).toBe(5050);
});

it('reads and writes memory', () => {
  run([...i32.store(get(A), get(B), 4), ...i32.const(0)], 16, 0x01020304);
  expect([...bytes.subarray(20, 24)]).toEqual([4, 3, 2, 1]);
  expect(run(i32.load8(get(A)), 21)).toBe(3);
  expect(run(i32.load(get(A), 4), 16)).toBe(0x01020304);
});

it('reckons with 64 bits and with vectors', () => {
  const product = i64.mul(i64.const(0x100000001n), i64.const(-3n));
  expect(run([...set(LONG, product), ...i64.wrap(i64.shrU(get(LONG), i64.const(32n)))])).toBe(-4);
  bytes.fill(0, 32, 64);
  bytes.set([0x0a, 1, 0x0a], 32);
  const isFeed = i8x16.eq(v128.load(get(A)), i8x16.splat(0x0a));
  expect(run([...set(VECTOR, isFeed), ...i8x16.bitmask(get(VECTOR))], 32)).toBe(0b101);
});

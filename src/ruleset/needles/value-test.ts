import type { FieldCondition } from '../../contracts/rule-pack.ts';

/**
 * What must follow a JSON key in the raw bytes for a field condition to be able to hold. Passes too often rather than
 * too seldom: a string with an escape in it passes every test for strings.
 */
export interface ValueTest {
  /** The test is for one of these values and nothing else. */
  readonly equals?: readonly Scalar[];
  /** @param at right behind the key's closing quote */
  passes(chunk: Buffer, at: number): boolean;
}

type Scalar = string | number | boolean | null;
/** A value as far as it matters: an object or array is an empty token; `long` is a string longer than any wanted one. */
type Value = { readonly kind: 'string' | 'token'; readonly text: string } | { readonly kind: 'escaped' | 'long' };

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const COLON = 0x3a;

/** The test for a field condition; `undefined` when a line without the field can satisfy it too. */
export function testForField(condition: FieldCondition): ValueTest | undefined {
  if (typeof condition !== 'object' || condition === null) return testForEquals([condition]);
  const { equals, exists, gt, gte, lt, lte, matches } = condition;
  const tests: ValueTest[] = [];
  if (equals !== undefined) tests.push(testForEquals([equals]));
  if (condition.in !== undefined) tests.push(testForEquals(condition.in));
  if (exists === true) tests.push(testFor((value) => value.kind !== 'token' || value.text !== 'null'));
  if (gt !== undefined) tests.push(testForNumber((number) => number > gt));
  if (gte !== undefined) tests.push(testForNumber((number) => number >= gte));
  if (lt !== undefined) tests.push(testForNumber((number) => number < lt));
  if (lte !== undefined) tests.push(testForNumber((number) => number <= lte));
  if (matches !== undefined) tests.push(testFor((value) => value.kind !== 'token'));
  if (tests.length < 2) return tests[0];
  return { passes: (chunk, at) => tests.every((test) => test.passes(chunk, at)) };
}

/** Passes for values whose raw bytes begin like this, e.g. `"error` or `true`. */
export function testForStart(start: string): ValueTest {
  const bytes = Buffer.from(start, 'utf8');
  return {
    passes(chunk, at) {
      const from = valueStart(chunk, at);
      return from !== -1 && chunk.subarray(from, from + bytes.length).equals(bytes);
    },
  };
}

/** Passes where one of the tests does; a thousand tests for single values cost one look-up. */
export function anyOf(tests: readonly ValueTest[]): ValueTest {
  const equals = tests.flatMap((test) => test.equals ?? []);
  const others = tests.filter((test) => !test.equals);
  if (tests.length === 1) return tests[0] as ValueTest;
  const known = testForEquals(equals);
  if (others.length === 0) return known;
  return { passes: (chunk, at) => known.passes(chunk, at) || others.some((test) => test.passes(chunk, at)) };
}

function testForEquals(equals: readonly Scalar[]): ValueTest {
  const strings = new Set(equals.filter((value) => typeof value === 'string'));
  const others = new Set<Scalar>(equals.filter((value) => typeof value !== 'string'));
  const longest = Math.max(0, ...[...strings].map((value) => Buffer.byteLength(value)));
  const test = testFor((value) => {
    if (value.kind === 'escaped') return strings.size > 0;
    if (value.kind === 'token') return others.has(parseToken(value.text) as Scalar);
    return value.kind === 'string' && strings.has(value.text);
  }, longest + 1);
  return { ...test, equals };
}

function testForNumber(holds: (number: number) => boolean): ValueTest {
  return testFor((value) => {
    const number = value.kind === 'token' ? parseToken(value.text) : undefined;
    return typeof number === 'number' && holds(number);
  });
}

/** @param longest how many bytes of a string are of interest */
function testFor(passes: (value: Value) => boolean, longest = 0): ValueTest {
  return {
    passes(chunk, at) {
      const from = valueStart(chunk, at);
      return from !== -1 && passes(readValue(chunk, from, longest));
    },
  };
}

/** A number, `true`, `false` or `null`; anything else is taken for an object that no scalar equals. */
function parseToken(text: string): number | boolean | null | undefined {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** Where the value after a key begins; -1 when there is none: the text was no key, or the line ends. */
function valueStart(chunk: Buffer, at: number): number {
  const colon = skipSpace(chunk, at);
  return chunk[colon] === COLON ? skipSpace(chunk, colon + 1) : -1;
}

function skipSpace(chunk: Buffer, from: number): number {
  let at = from;
  while (chunk[at] === 0x20 || chunk[at] === 0x09 || chunk[at] === 0x0d) at++;
  return at;
}

function readValue(chunk: Buffer, from: number, longest: number): Value {
  const isString = chunk[from] === QUOTE;
  const start = isString ? from + 1 : from;
  const limit = isString ? Math.min(chunk.length, start + longest) : chunk.length;
  let at = start;
  for (; at < limit; at++) {
    const byte = chunk[at] as number;
    if (isString ? byte === QUOTE : !isTokenByte(byte)) break;
    if (byte === BACKSLASH) return { kind: 'escaped' };
  }
  if (isString && chunk[at] !== QUOTE) return { kind: 'long' };
  return { kind: isString ? 'string' : 'token', text: chunk.toString('utf8', start, at) };
}

/** Letters, digits, `+`, `-` and `.`: what numbers and words are made of. */
function isTokenByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x45 ||
    (byte >= 0x2b && byte <= 0x2e && byte !== 0x2c)
  );
}

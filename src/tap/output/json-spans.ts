/** A string value in a line of JSON: its content without the quotes. */
export interface StringSpan {
  readonly start: number;
  readonly end: number;
  /** Says what happened rather than carrying a payload: a top-level value, or anything under a top-level `error` or `errors`. */
  readonly telling: boolean;
}

/** An object or array, brackets included. The line's own outermost value has depth 1. */
export interface ContainerSpan {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Belongs to a top-level `error` or `errors`. */
  readonly telling: boolean;
}

/** One member of the outermost object. */
export interface MemberSpan {
  readonly name: string;
  /** From the quote of the key to the end of the value. */
  readonly start: number;
  readonly end: number;
}

export interface JsonSpans {
  readonly strings: readonly StringSpan[];
  readonly containers: readonly ContainerSpan[];
  /** All that were asked for by name, and a bounded number of others. */
  readonly members: readonly MemberSpan[];
}

export interface JsonSpanOptions {
  /** Shorter strings and containers are not reported. */
  minBytes: number;
  /** Report members of the outermost object too, these in any case. */
  membersNamed?: ReadonlySet<string>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LITERALS = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')];

/** Deeper containers are not reported, their parents are: this bounds the report on hostile input. */
const MAX_REPORTED_DEPTH = 8;
/** Deeper input is taken as text. */
const MAX_DEPTH = 10_000;
const MAX_OTHER_MEMBERS = 10_000;
/** Longer keys have no name here: nothing of interest is called like that. */
const MAX_NAME_BYTES = 64;

/** What may come next. `…OrEnd` stands for the place right after an opening bracket. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

/**
 * Finds the long strings and containers of a line of JSON (RFC 8259) in one pass, without building its value: that would
 * take seconds for a hostile line of 16 MiB. `undefined` when the line is not JSON, or nested deeper than any parser likes.
 */
export function findJsonSpans(line: Buffer, options: JsonSpanOptions): JsonSpans | undefined {
  const { minBytes, membersNamed } = options;
  const strings: StringSpan[] = [];
  const containers: ContainerSpan[] = [];
  const members: MemberSpan[] = [];
  /** Where each open container starts: an array's place is negative, less one. */
  const open: number[] = [];
  let expected = 'value' as Expected;
  let name = '';
  let memberStart = 0;
  let otherMembers = 0;

  const ofError = () => name === 'error' || name === 'errors';
  const inObject = () => (open.at(-1) as number) >= 0;
  const endValue = (end: number) => {
    if (open.length === 1 && membersNamed && inObject()) {
      const named = membersNamed.has(name);
      if (named || otherMembers++ < MAX_OTHER_MEMBERS) members.push({ name, start: memberStart, end });
    }
    expected = open.length === 0 ? 'nothing' : 'commaOrEnd';
  };

  for (let at = 0; at < line.length; at++) {
    const byte = line[at] as number;
    if (isSpace(byte)) continue;
    const valueHere = expected === 'value' || expected === 'valueOrEnd';
    if (byte === QUOTE) {
      const keyHere = expected === 'key' || expected === 'keyOrEnd';
      const end = valueHere || keyHere ? stringEnd(line, at + 1) : -1;
      if (end === -1) return undefined;
      if (keyHere) {
        if (open.length === 1) {
          name = end - at - 1 <= MAX_NAME_BYTES ? line.toString('utf8', at + 1, end) : '';
          memberStart = at;
        }
        expected = 'colon';
      } else {
        if (end - at - 1 >= minBytes) strings.push({ start: at + 1, end, telling: open.length <= 1 || ofError() });
        endValue(end + 1);
      }
      at = end;
    } else if (byte === COMMA) {
      if (expected !== 'commaOrEnd') return undefined;
      expected = inObject() ? 'key' : 'value';
    } else if (byte === COLON) {
      if (expected !== 'colon') return undefined;
      expected = 'value';
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (!valueHere || open.length === MAX_DEPTH) return undefined;
      open.push(byte === OPEN_OBJECT ? at : -at - 1);
      expected = byte === OPEN_OBJECT ? 'keyOrEnd' : 'valueOrEnd';
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      const emptyOne = byte === CLOSE_OBJECT ? 'keyOrEnd' : 'valueOrEnd';
      if (expected !== emptyOne && expected !== 'commaOrEnd') return undefined;
      if (inObject() !== (byte === CLOSE_OBJECT)) return undefined;
      const opened = open.at(-1) as number;
      const start = opened >= 0 ? opened : -opened - 1;
      if (open.length <= MAX_REPORTED_DEPTH && at + 1 - start >= minBytes) {
        containers.push({ start, end: at + 1, depth: open.length, telling: ofError() });
      }
      open.pop();
      endValue(at + 1);
    } else {
      const end = valueHere ? scalarEnd(line, at) : -1;
      if (end === -1) return undefined;
      endValue(end);
      at = end - 1;
    }
  }
  return expected === 'nothing' ? { strings, containers, members } : undefined;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** Where the number or word that starts at `at` ends; -1 when it is none. */
function scalarEnd(line: Buffer, at: number): number {
  for (const word of LITERALS) {
    const end = at + word.length;
    if (line[at] === word[0]) return line.subarray(at, end).equals(word) ? end : -1;
  }
  let end = line[at] === 0x2d ? at + 1 : at;
  const whole = digitsEnd(line, end);
  // No number is without digits before the point, and none of several begins with 0.
  if (whole === end || (line[end] === 0x30 && whole > end + 1)) return -1;
  end = whole;
  if (line[end] === 0x2e) {
    const fraction = digitsEnd(line, end + 1);
    if (fraction === end + 1) return -1;
    end = fraction;
  }
  if (line[end] === 0x65 || line[end] === 0x45) {
    const sign = line[end + 1] === 0x2b || line[end + 1] === 0x2d ? 2 : 1;
    const exponent = digitsEnd(line, end + sign);
    if (exponent === end + sign) return -1;
    end = exponent;
  }
  return end;
}

function digitsEnd(line: Buffer, start: number): number {
  let at = start;
  for (let byte = line[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = line[at]) at++;
  return at;
}

/** The place of the closing quote; -1 when the string does not end or holds what JSON (RFC 8259, section 7) forbids. */
function stringEnd(line: Buffer, start: number): number {
  for (let at = start; at < line.length; at++) {
    const byte = line[at] as number;
    if (byte === QUOTE) return at;
    if (byte < 0x20) return -1;
    if (byte === BACKSLASH) {
      const length = escapeLength(line, at);
      if (length === 0) return -1;
      at += length - 1;
    }
  }
  return -1;
}

/** Bytes of each escape by the byte after its backslash; 0 where there is no such escape. Tables, for lines of nothing else. */
const ESCAPE_BYTES = new Uint8Array(256);
for (const kind of Buffer.from('"\\/bfnrt')) ESCAPE_BYTES[kind] = 2;
ESCAPE_BYTES[0x75] = 6;
const IS_HEX = new Uint8Array(256);
for (const digit of Buffer.from('0123456789abcdefABCDEF')) IS_HEX[digit] = 1;

/** Bytes of the escape that starts at `at`; 0 when it is none. */
export function escapeLength(line: Buffer, at: number): number {
  const length = ESCAPE_BYTES[line[at + 1] ?? 0] as number;
  for (let digit = 2; digit < length; digit++) if (IS_HEX[line[at + digit] ?? 0] === 0) return 0;
  return length;
}

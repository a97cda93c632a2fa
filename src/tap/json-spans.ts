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
  /** Only filled when asked for. */
  readonly members: readonly MemberSpan[];
}

export interface JsonSpanOptions {
  /** Shorter strings and containers are not reported. */
  minBytes: number;
  members?: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Deeper containers are not reported, their parents are: this bounds the report on hostile input. */
const MAX_REPORTED_DEPTH = 8;
/** Deeper input is taken as text. */
const MAX_DEPTH = 10_000;
/** Longer keys have no name here: nothing of interest is called like that. */
const MAX_NAME_BYTES = 64;

/**
 * Finds the long strings and containers of a line of JSON in one pass, without building its value. Strings are checked
 * in full; everything between them is not, so a result made from these spans must still be parsed once.
 * `undefined` when the line can't be JSON.
 */
export function findJsonSpans(line: Buffer, options: JsonSpanOptions): JsonSpans | undefined {
  const { minBytes } = options;
  const strings: StringSpan[] = [];
  const containers: ContainerSpan[] = [];
  const members: MemberSpan[] = [];
  const open: number[] = [];
  let keyNext = false;
  let name = '';
  let memberStart = -1;

  const ofError = () => name === 'error' || name === 'errors';
  const endMember = (end: number) => {
    if (options.members && memberStart >= 0) {
      let last = end;
      while (isSpace(line[last - 1])) last--;
      members.push({ name, start: memberStart, end: last });
    }
    memberStart = -1;
  };

  for (let at = 0; at < line.length; at++) {
    const byte = line[at];
    if (byte === QUOTE) {
      const end = stringEnd(line, at + 1);
      if (end === -1) return undefined;
      if (keyNext && open.length === 1) {
        name = end - at - 1 <= MAX_NAME_BYTES ? line.toString('utf8', at + 1, end) : '';
        memberStart = at;
      }
      if (!keyNext && end - at - 1 >= minBytes)
        strings.push({ start: at + 1, end, telling: open.length <= 1 || ofError() });
      keyNext = false;
      at = end;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      open.push(byte === OPEN_OBJECT ? at : -at - 1);
      if (open.length > MAX_DEPTH) return undefined;
      keyNext = byte === OPEN_OBJECT;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      const opened = open.at(-1);
      if (opened === undefined || opened >= 0 !== (byte === CLOSE_OBJECT)) return undefined;
      if (open.length === 1 && opened >= 0) endMember(at);
      const start = opened >= 0 ? opened : -opened - 1;
      const depth = open.length;
      open.pop();
      if (depth <= MAX_REPORTED_DEPTH && at + 1 - start >= minBytes) {
        containers.push({ start, end: at + 1, depth, telling: ofError() });
      }
      keyNext = false;
    } else if (byte === COMMA) {
      const opened = open.at(-1);
      keyNext = opened !== undefined && opened >= 0;
      if (open.length === 1 && keyNext) endMember(at);
    }
  }
  return open.length === 0 ? { strings, containers, members } : undefined;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
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

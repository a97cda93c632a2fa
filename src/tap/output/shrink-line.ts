import { createHash } from 'node:crypto';
import { type JsonSpan, type JsonSpans, jsonSpansIn } from './json-spans.ts';
import { characterStart, shrinkText } from './shrink-text.ts';

/** How much of an event stays. */
interface Level {
  /** How many bytes a string of what an event carries may have. */
  readonly payload: number;
  /** The same of what tells. */
  readonly telling: number;
  /** Containers in the outermost value are emptied: those of the payload, or all. */
  readonly empties?: 'payload' | 'all';
}

/** Tried in turn until the line fits. What tells is touched only when what the event carries was not enough. */
const LEVELS: readonly Level[] = [
  ...[65_536, 16_384, 4_096, 1_024, 256, 96].map((payload) => ({ payload, telling: Number.POSITIVE_INFINITY })),
  { payload: 96, telling: Number.POSITIVE_INFINITY, empties: 'payload' },
  { payload: 96, telling: 10_240, empties: 'payload' },
  { payload: 96, telling: 1_024, empties: 'payload' },
  { payload: 96, telling: 96, empties: 'all' },
];

/** Strings and containers below this are left alone: they are what an event says, not what it carries. */
const SHORT_BYTES = 256;
/** No event has more values. A hostile line has millions. */
const MAX_VALUES = 50_000;

/** Top-level members that tell what an event is. They stay to the last, in this order. */
const TELLING_NAMES = [
  ...['type', 'subtype', 'error', 'errors', 'is_error', 'status', 'error_status', 'api_error_status', 'code'],
  ...['terminal_reason', 'parent_tool_use_id', 'event', 'level', 'result', 'message', 'session_id'],
];

/**
 * Makes one line fit. JSON stays JSON: the longest strings of what the event carries are abbreviated first, then whole
 * containers are emptied, and last of all top-level members that tell nothing are dropped. Every byte outside of those
 * stays as it was, and a top-level `knell_shrunk` names the original's length in bytes and its SHA-256. Any other line,
 * also one of more values than an event has, keeps its head and its tail, and is no JSON afterwards.
 *
 * @param line UTF-8, without its line break
 * @param limitBytes at least 512; a line that fits is returned as it is
 */
export function shrinkLine(line: Buffer, limitBytes: number): Buffer {
  if (line.length <= limitBytes) return line;
  const sha256 = createHash('sha256').update(line).digest('hex');
  if (valuesIn(line) > MAX_VALUES || !isJson(line)) return shrinkText(line, limitBytes, sha256);
  const note = `"knell_shrunk":{"bytes":${line.length},"sha256":"${sha256}"}`;
  return shrinkJson(line, limitBytes - note.length - 1, note);
}

/** How many values a line of JSON has at least, as far as it matters: its commas and brackets outside of strings. */
function valuesIn(line: Buffer): number {
  let values = 1;
  let quoted = false;
  for (let at = 0; at < line.length && values <= MAX_VALUES; at += 1) {
    const byte = line[at];
    if (byte === 0x5c) at += 1;
    else if (byte === 0x22) quoted = !quoted;
    else if (!quoted && (byte === 0x2c || byte === 0x5b || byte === 0x7b)) values += 1;
  }
  return values;
}

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: Buffer;
}

function shrinkJson(line: Buffer, room: number, note: string): Buffer {
  const spans = jsonSpansIn(line.toString('latin1'));
  let edits: Edit[] = [];
  for (const level of LEVELS) {
    edits = editsOf(line, spans, level);
    if (line.length - saved(edits) <= room) return addNote(apply(line, edits), note);
  }
  const first = line.find((byte) => byte > 0x20);
  if (first === 0x7b) return addNote(keepMembers(line, spans, edits, room), note);
  const nothing = `"${leftOut(line.length)}"`;
  return Buffer.from(first === 0x5b ? `[${nothing}]` : nothing);
}

/** What a level takes off, in order and without overlaps. */
function editsOf(line: Buffer, { strings, containers }: JsonSpans, level: Level): Edit[] {
  const isEmptied = ({ start, end, tells }: JsonSpan) =>
    end - start >= SHORT_BYTES && (level.empties === 'all' || (level.empties === 'payload' && !tells));
  const emptied = containers.filter(isEmptied);
  const edits: Edit[] = emptied.map(({ start, end }) => ({
    start,
    end,
    text: Buffer.from(line[start] === 0x5b ? `["${leftOut(end - start)}"]` : `{"knell_left_out":${end - start}}`),
  }));
  let next = 0;
  for (const { start, end, tells } of strings) {
    while (next < emptied.length && (emptied[next] as JsonSpan).end <= start) next += 1;
    if (next < emptied.length && (emptied[next] as JsonSpan).start < start) continue;
    const most = tells ? level.telling : level.payload;
    if (end - start <= Math.max(most, SHORT_BYTES)) continue;
    const text = abbreviate(line.subarray(start, end), most);
    if (text.length < end - start) edits.push({ start, end, text });
  }
  return edits.sort((one, other) => one.start - other.start);
}

/** Shortens the inside of a JSON string without breaking an escape, a surrogate pair or a character. */
function abbreviate(content: Buffer, most: number): Buffer {
  const tail = content.subarray(tailStart(content, Math.floor(most / 5)));
  const head = content.subarray(0, headEnd(content, most - Math.floor(most / 5)));
  const missing = content.length - head.length - tail.length;
  return Buffer.concat([head, Buffer.from(`…${leftOut(missing)}…`), tail]);
}

/** Behind the last whole escape, or pair of them, and the last whole character. */
function headEnd(content: Buffer, limit: number): number {
  let at = 0;
  for (let end = 0; end <= limit; ) {
    at = end;
    if (content[end] !== 0x5c) end += 1;
    else if (content[end + 1] !== 0x75) end += 2;
    // A high surrogate and the low one after it are one character.
    else end += /^d[89ab]/i.test(content.toString('latin1', end + 2, end + 4)) ? 12 : 6;
  }
  return characterStart(content, at);
}

/** A space is never part of an escape or of a longer character, so the tail starts at one; without one there is no tail. */
function tailStart(content: Buffer, length: number): number {
  const space = content.indexOf(0x20, content.length - length);
  return length === 0 || space === -1 ? content.length : space;
}

/** The members of the outermost object that fit when edited, telling ones first, in their own order. */
function keepMembers(line: Buffer, { members }: JsonSpans, edits: readonly Edit[], room: number): Buffer {
  const rankOf = (name: string) => (TELLING_NAMES.includes(name) ? TELLING_NAMES.indexOf(name) : TELLING_NAMES.length);
  let left = room - 2;
  let next = 0;
  const parts = members.map(({ name, start, end }, index) => {
    const within: Edit[] = [];
    for (; next < edits.length && (edits[next] as Edit).start < end; next += 1) {
      const edit = edits[next] as Edit;
      within.push({ ...edit, start: edit.start - start, end: edit.end - start });
    }
    return { name, index, bytes: apply(line.subarray(start, end), within) };
  });
  const kept = [...parts]
    .sort((one, other) => rankOf(one.name) - rankOf(other.name) || one.index - other.index)
    .filter(({ bytes }) => {
      if (bytes.length + 1 > left) return false;
      left -= bytes.length + 1;
      return true;
    })
    .sort((one, other) => one.index - other.index);
  const inside = kept.flatMap(({ bytes }, i) => (i ? [Buffer.from(','), bytes] : [bytes]));
  return Buffer.concat([Buffer.from('{'), ...inside, Buffer.from('}')]);
}

/** Adds the note as the last member, where the outermost value is an object; so the line begins as it always did. */
function addNote(json: Buffer, note: string): Buffer {
  if (json.find((byte) => byte > 0x20) !== 0x7b) return json;
  const end = json.lastIndexOf('}');
  const empty = json.subarray(0, end).findLast((byte) => byte > 0x20) === 0x7b;
  return Buffer.concat([json.subarray(0, end), Buffer.from(`${empty ? '' : ','}${note}`), json.subarray(end)]);
}

function saved(edits: readonly Edit[]): number {
  return edits.reduce((sum, { start, end, text }) => sum + end - start - text.length, 0);
}

function apply(line: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    parts.push(line.subarray(at, start), text);
    at = end;
  }
  return Buffer.concat([...parts, line.subarray(at)]);
}

function leftOut(bytes: number): string {
  return `[knell: ${bytes} bytes left out]`;
}

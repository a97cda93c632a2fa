import { createHash } from 'node:crypto';
import { type ContainerSpan, escapeLength, findJsonSpans, type StringSpan } from './json-spans.ts';
import { characterStart, shrinkText } from './shrink-text.ts';

/** Strings and containers below this are left alone: they are what an event says, not what it carries. */
const SHORT_BYTES = 256;

/** How much of a long string stays, from its head and its tail. */
interface Round {
  readonly telling: boolean;
  readonly head: number;
  readonly tail: number;
}
const GENTLE_ROUNDS: readonly Round[] = [
  { telling: false, head: 1_024, tail: 256 },
  { telling: false, head: 96, tail: 0 },
  { telling: true, head: 8_192, tail: 2_048 },
];
const HARSH_ROUNDS: readonly Round[] = [
  ...GENTLE_ROUNDS,
  { telling: true, head: 1_024, tail: 256 },
  { telling: true, head: 96, tail: 0 },
];
/** What tells is touched only when what it carries was not enough. */
const ATTEMPTS = [
  { rounds: GENTLE_ROUNDS, telling: [false] },
  { rounds: HARSH_ROUNDS, telling: [false, true] },
] as const;

/** Top-level members that tell what an event is. They stay to the last, in this order. */
const TELLING_NAMES = [
  ...['type', 'subtype', 'error', 'errors', 'is_error', 'status', 'error_status', 'api_error_status', 'code'],
  ...['terminal_reason', 'parent_tool_use_id', 'event', 'level', 'result', 'message', 'session_id'],
];

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: Buffer;
}

/**
 * Makes one line fit. JSON stays JSON: the longest payload strings are abbreviated first, then whole containers, and
 * last of all top-level members that tell nothing; every byte outside of those stays as it was, and a top-level
 * `knell_shrunk` names the original's length in bytes and its SHA-256. Any other line keeps its head and its tail.
 * A line of JSON is never cut in the middle, and a line that was not JSON never becomes JSON.
 *
 * @param line UTF-8, without its line break
 * @param limitBytes at least 512; a line that fits is returned as it is
 */
export function shrinkLine(line: Buffer, limitBytes: number): Buffer {
  if (line.length <= limitBytes) return line;
  const sha256 = createHash('sha256').update(line).digest('hex');
  return shrinkJson(line, limitBytes, sha256) ?? shrinkText(line, limitBytes, sha256);
}

function shrinkJson(line: Buffer, limitBytes: number, sha256: string): Buffer | undefined {
  const note = `"knell_shrunk":{"bytes":${line.length},"sha256":"${sha256}"}`;
  const room = limitBytes - note.length - 1;
  const spans = findJsonSpans(line, { minBytes: SHORT_BYTES });
  if (!spans) return undefined;

  let shrunk = line;
  for (const { rounds, telling } of ATTEMPTS) {
    shrunk = abbreviateStrings(line, spans.strings, rounds, room);
    if (shrunk.length > room) shrunk = emptyContainers(shrunk, telling, room);
    if (shrunk.length <= room) return addNote(shrunk, note);
  }
  if (isObject(shrunk)) return addNote(keepMembers(shrunk, room), note);
  return Buffer.from(isArray(shrunk) ? `["${leftOut(line.length)}"]` : `"${leftOut(line.length)}"`);
}

/** Round by round; in each the longest strings first, and no more of them than needed. */
function abbreviateStrings(
  line: Buffer,
  strings: readonly StringSpan[],
  rounds: readonly Round[],
  room: number,
): Buffer {
  const edits = new Map<StringSpan, Edit>();
  let length = line.length;
  const longestFirst = [...strings].sort((a, b) => b.end - b.start - (a.end - a.start));
  for (const round of rounds) {
    for (const span of longestFirst) {
      if (length <= room) return applyEdits(line, [...edits.values()]);
      if (span.telling !== round.telling) continue;
      const before = edits.get(span)?.text.length ?? span.end - span.start;
      const text = abbreviate(line.subarray(span.start, span.end), round);
      if (text.length >= before) continue;
      edits.set(span, { start: span.start, end: span.end, text });
      length -= before - text.length;
    }
  }
  return applyEdits(line, [...edits.values()]);
}

/** Shortens the inside of a JSON string without breaking an escape, a surrogate pair or a character. */
function abbreviate(content: Buffer, round: Round): Buffer {
  const head = content.subarray(0, headEnd(content, round.head));
  const tail = content.subarray(tailStart(content, round.tail));
  const missing = content.length - head.length - tail.length;
  return Buffer.concat([head, Buffer.from(`…${leftOut(missing)}…`), tail]);
}

function headEnd(content: Buffer, limit: number): number {
  let at = 0;
  while (at < Math.min(limit, content.length)) {
    let step = 1;
    if (content[at] === 0x5c) {
      step = escapeLength(content, at);
      // A high surrogate and the low one after it are one character.
      const high = /^\\u[dD][89abAB]/.test(content.toString('latin1', at, at + 4));
      if (high && content[at + step] === 0x5c) step += escapeLength(content, at + step);
    }
    if (at + step > limit) break;
    at += step;
  }
  return characterStart(content, at);
}

/** A space is never part of an escape or of a longer character, so the tail starts at one; without one there is no tail. */
function tailStart(content: Buffer, length: number): number {
  if (length === 0) return content.length;
  const space = content.indexOf(0x20, Math.max(0, content.length - length));
  return space === -1 ? content.length : space;
}

/** The smallest container that is enough by itself; else those right below the outermost value, the longest first. */
function emptyContainers(line: Buffer, allowed: readonly boolean[], room: number): Buffer {
  const size = (span: ContainerSpan) => span.end - span.start;
  const edit = (span: ContainerSpan): Edit => ({ start: span.start, end: span.end, text: emptied(line, span) });
  const spans = findJsonSpans(line, { minBytes: SHORT_BYTES })?.containers ?? [];
  const inner = spans.filter((span) => span.depth > 1 && allowed.includes(span.telling));
  for (const telling of allowed) {
    const enough = inner
      .filter((span) => span.telling === telling && line.length - size(span) + emptied(line, span).length <= room)
      .reduce<ContainerSpan | undefined>((best, span) => (best && size(best) <= size(span) ? best : span), undefined);
    if (enough) return applyEdits(line, [edit(enough)]);
  }
  const edits: Edit[] = [];
  let length = line.length;
  const order = inner
    .filter((span) => span.depth === 2)
    .sort((a, b) => Number(a.telling) - Number(b.telling) || size(b) - size(a));
  for (const span of order) {
    if (length <= room) break;
    const next = edit(span);
    edits.push(next);
    length -= size(span) - next.text.length;
  }
  return applyEdits(line, edits);
}

function emptied(line: Buffer, span: ContainerSpan): Buffer {
  const bytes = span.end - span.start;
  return Buffer.from(line[span.start] === 0x5b ? `["${leftOut(bytes)}"]` : `{"knell_left_out":${bytes}}`);
}

/** The members of the outermost object that fit, telling ones first, in their own order. */
function keepMembers(line: Buffer, room: number): Buffer {
  const members = findJsonSpans(line, { minBytes: SHORT_BYTES, membersNamed: new Set(TELLING_NAMES) })?.members ?? [];
  const rank = new Map(TELLING_NAMES.map((name, index) => [name, index]));
  const byImportance = members
    .map((member, index) => ({ member, index, rank: rank.get(member.name) ?? TELLING_NAMES.length }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  const kept: typeof byImportance = [];
  let length = 2;
  for (const entry of byImportance) {
    const bytes = entry.member.end - entry.member.start + 1;
    if (length + bytes > room) continue;
    length += bytes;
    kept.push(entry);
  }
  kept.sort((a, b) => a.index - b.index);
  const parts = kept.map(({ member }) => line.subarray(member.start, member.end));
  return Buffer.concat([
    Buffer.from('{'),
    ...parts.flatMap((part, i) => (i ? [COMMA, part] : [part])),
    Buffer.from('}'),
  ]);
}

const COMMA = Buffer.from(',');

/** Adds the note as the last member, where the outermost value is an object; so the line begins as it always did. */
function addNote(json: Buffer, note: string): Buffer {
  const end = json.lastIndexOf('}');
  if (!isObject(json)) return json;
  const empty = json.subarray(0, end).findLast((byte) => byte > 0x20) === 0x7b;
  return Buffer.concat([json.subarray(0, end), Buffer.from(`${empty ? '' : ','}${note}`), json.subarray(end)]);
}

function applyEdits(line: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(line.subarray(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(line.subarray(at));
  return Buffer.concat(parts);
}

function leftOut(bytes: number): string {
  return `[knell: ${bytes} bytes left out]`;
}

function isObject(json: Buffer): boolean {
  return firstByte(json) === 0x7b;
}

function isArray(json: Buffer): boolean {
  return firstByte(json) === 0x5b;
}

function firstByte(json: Buffer): number | undefined {
  return json.find((byte) => byte > 0x20);
}

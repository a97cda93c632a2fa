import { createHash } from 'node:crypto';
import { isObject } from '../../decode/json.ts';
import { shrinkText } from './shrink-text.ts';

/** How much of an event stays. */
interface Level {
  /** How long a string of what an event carries may be, in characters. */
  readonly payload: number;
  /** The same of what tells: top-level values, and all that stands in a top-level `error` or `errors`. */
  readonly telling: number;
  /** Containers in a member are emptied: those of the payload, or all. */
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

/** A container whose JSON is shorter is left alone: it is what an event says, not what it carries. */
const SHORT_CHARS = 256;
/** Deeper values are left out: no event is nested like that, and a hostile one must not exhaust the stack. */
const MAX_DEPTH = 64;

/** No event has more values. A hostile line has millions, which would take minutes and gigabytes as objects. */
const MAX_VALUES = 50_000;

/** Top-level members that tell what an event is. They stay to the last, in this order. */
const TELLING_NAMES = [
  ...['type', 'subtype', 'error', 'errors', 'is_error', 'status', 'error_status', 'api_error_status', 'code'],
  ...['terminal_reason', 'parent_tool_use_id', 'event', 'level', 'result', 'message', 'session_id'],
];

/**
 * Makes one line fit. JSON stays JSON, written anew: the longest strings of what the event carries are abbreviated first,
 * then whole containers are emptied, and last of all top-level members that tell nothing are dropped. A top-level
 * `knell_shrunk` names the original's length in bytes and its SHA-256. Any other line, also one of more values than an
 * event has, keeps its head and its tail, and is no JSON afterwards.
 *
 * @param line UTF-8, without its line break
 * @param limitBytes at least 512; a line that fits is returned as it is
 */
export function shrinkLine(line: Buffer, limitBytes: number): Buffer {
  if (line.length <= limitBytes) return line;
  const note = { bytes: line.length, sha256: createHash('sha256').update(line).digest('hex') };
  let value: unknown;
  try {
    value = valuesIn(line) <= MAX_VALUES ? JSON.parse(line.toString('utf8')) : undefined;
  } catch {
    // Not JSON.
  }
  if (value === undefined) return shrinkText(line, limitBytes, note.sha256);
  return Buffer.from(shrinkJson(value, limitBytes, note));
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

interface Note {
  readonly bytes: number;
  readonly sha256: string;
}

function shrinkJson(value: unknown, limitBytes: number, note: Note): string {
  const fits = (json: string) => Buffer.byteLength(json) <= limitBytes;
  let least: unknown;
  for (const level of LEVELS) {
    least = shrunk(value, level, { depth: 0, tells: false });
    const json = JSON.stringify(isObject(least) ? { ...least, knell_shrunk: note } : least);
    if (fits(json)) return json;
  }
  if (isObject(least)) return JSON.stringify(keepMembers(least, note, limitBytes));
  const nothing = leftOut(`${note.bytes} bytes`);
  return JSON.stringify(Array.isArray(least) ? [nothing] : nothing);
}

/** @param place how deep a value lies in its event, and whether it belongs to what tells */
function shrunk(value: unknown, level: Level, place: { readonly depth: number; readonly tells: boolean }): unknown {
  const { depth, tells } = place;
  if (typeof value === 'string') return abbreviate(value, tells || depth <= 1 ? level.telling : level.payload);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return leftOut('deeper values');
  const within = (key: string, inner: unknown) =>
    shrunk(inner, level, { depth: depth + 1, tells: tells || (depth === 0 && /^errors?$/.test(key)) });
  const smaller = Array.isArray(value)
    ? value.map((inner) => within('', inner))
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(key, inner)]));
  return depth === 1 && (level.empties === 'all' || (level.empties === 'payload' && !tells))
    ? emptied(smaller)
    : smaller;
}

function abbreviate(text: string, most: number): string {
  if (text.length <= most + 32) return text;
  const tail = Math.floor(most / 5);
  const [head, rest] = [text.slice(0, most - tail), text.slice(text.length - tail)];
  // A surrogate pair that was cut in two would be no character.
  const kept = [head.replace(/[\ud800-\udbff]$/, ''), rest.replace(/^[\udc00-\udfff]/, '')] as const;
  return `${kept[0]}…${leftOut(`${text.length - kept[0].length - kept[1].length} characters`)}…${kept[1]}`;
}

/** A container with nothing in it, which says how much there was. */
function emptied(container: object): unknown {
  const chars = JSON.stringify(container).length;
  if (chars < SHORT_CHARS) return container;
  return Array.isArray(container) ? [leftOut(`${chars} characters`)] : { knell_left_out: chars };
}

/** The members of an event that fit, telling ones first, in their own order. */
function keepMembers(event: Record<string, unknown>, note: Note, limitBytes: number): Record<string, unknown> {
  const rankOf = (name: string) => (TELLING_NAMES.includes(name) ? TELLING_NAMES.indexOf(name) : TELLING_NAMES.length);
  const byImportance = Object.keys(event).sort((one, other) => rankOf(one) - rankOf(other));
  const kept = new Set<string>();
  let room = limitBytes - JSON.stringify({ knell_shrunk: note }).length;
  for (const name of byImportance) {
    const bytes = Buffer.byteLength(JSON.stringify({ [name]: event[name] })) - 1;
    if (bytes > room) continue;
    room -= bytes;
    kept.add(name);
  }
  return { ...Object.fromEntries(Object.entries(event).filter(([name]) => kept.has(name))), knell_shrunk: note };
}

function leftOut(what: string): string {
  return `[knell: ${what} left out]`;
}

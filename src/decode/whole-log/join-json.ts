import { parseJson } from '../../contracts/parse-json.ts';
import type { Decoder } from '../decoder.ts';
import { isObject, type JsonObject } from '../json.ts';
import { createBracketScan } from './bracket-scan.ts';

/** A value that takes more lines or bytes than this stays as it stands. */
const MAX_LINES = 5_000;
const MAX_BYTES = 1024 * 1024;

/** How a value begins that goes on in the next lines, or a list of events on one. */
const OPENING = /^(?:[{[]\s*$|\{\s*"|\[\s*\{)/;
/** How an object on a line of its own ends, and a value that was stored with others in a list. */
const CLOSED_OBJECT = /\}\s*$/;
const COMMA = /,\s*$/;
/** What is looked at of a line's beginning and end. */
const EDGE = 64;

/**
 * Joins events that a log stores otherwise than one a line: pretty-printed over many lines, wrapped at the width of a
 * terminal, or in a list, on one line or many. A value is held from its opening bracket to the one that closes it, and
 * becomes lines only where it is an event of some runtime, or a list of them. Blank lines take the place of those that
 * were joined, so that the lines after them keep their numbers; a list of more events than it had lines moves them. Everything
 * else stays as it is.
 */
export function createJsonJoiner(decoders: readonly Decoder[]) {
  let held: Buffer[] = [];
  let bytes = 0;
  let brackets = createBracketScan();

  const letGo = (): Buffer[] => {
    const lines = held;
    held = [];
    bytes = 0;
    brackets = createBracketScan();
    return lines;
  };
  const hold = (line: Buffer): Buffer[] => {
    held.push(line);
    bytes += line.length;
    if (brackets.add(line) <= 0) return joined(letGo(), decoders);
    return held.length >= MAX_LINES || bytes > MAX_BYTES ? letGo() : [];
  };
  return {
    push(line: Buffer): Buffer[] {
      if (held.length === 0) return opens(line) ? hold(line) : [line];
      // A whole object at a line's beginning is the next event, but in a list: what is held was cut off.
      if (isWholeObject(line) && held[0]?.[0] === OPENING_BRACE) return [...letGo(), line];
      return hold(line);
    },
    /** A value that never closed. */
    end: letGo,
  };
}

function opens(line: Buffer): boolean {
  return OPENING.test(line.subarray(0, EDGE).toString('latin1')) && !isWholeObject(line);
}

/** Most lines of a stored stream: an event that nobody has to join. */
function isWholeObject(line: Buffer): boolean {
  return line[0] === OPENING_BRACE && line.length > 2 && CLOSED_OBJECT.test(line.subarray(-EDGE).toString('latin1'));
}

const OPENING_BRACE = 0x7b;

function joined(lines: readonly Buffer[], decoders: readonly Decoder[]): Buffer[] {
  const value = valueIn(lines);
  const events = (Array.isArray(value) ? value : [value]).filter(isObject);
  const isEvent = (one: JsonObject): boolean => {
    const raw = rawOf(one);
    return decoders.some((decoder) => decoder.decode({ stream: 'stdout', number: 0, raw }, 'structured').typed);
  };
  // A list of anything may stand in a run's output: one of its events must be a certain runtime's.
  const isRun = (): boolean =>
    events.some((one) => {
      const text = JSON.stringify(one);
      return decoders.some((decoder) => decoder.opensRun('stdout', text) || decoder.recognises('stdout', text));
    });
  const isWhole = events.length === (Array.isArray(value) ? value.length : 1);
  if (events.length === 0 || !isWhole || !events.every(isEvent) || (Array.isArray(value) && !isRun())) {
    return [...lines];
  }
  const blanks = Array.from({ length: Math.max(0, lines.length - events.length) }, () => Buffer.alloc(0));
  return [...events.map(rawOf), ...blanks];
}

/** The value that lines are together; undefined where they are none. */
function valueIn(lines: readonly Buffer[]): unknown {
  // A hard wrap cuts words, and all its lines but the last have one length.
  const isHard = lines.length > 2 && lines.slice(0, -1).every(({ length }) => length === lines[0]?.length);
  const joints = isHard ? ['', ' '] : [' ', ''];
  for (const joint of joints) {
    const value = parseJson(Buffer.from(lines.map(String).join(joint).replace(COMMA, '')));
    if (value !== undefined) return value;
  }
  return undefined;
}

function rawOf(event: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(event));
}

import { parseJson } from '../../contracts/parse-json.ts';
import type { StreamName } from '../../contracts/run.ts';
import { withoutNoise } from '../carriers/line-start.ts';
import { ownsChannel } from '../channels.ts';
import type { Decoder } from '../decoder.ts';
import type { DecodedEvent } from '../event.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Line } from '../line.ts';
import { normaliseText } from '../normalise-text.ts';
import { LINE_MAX } from '../text/line-shape.ts';
import { textEvent, unparsedEvent } from '../text-event.ts';

/** What a runtime's decoder says of one parsed line; what is left out is false, empty or absent. */
export type Reading = Pick<DecodedEvent, 'name' | 'provenance'> &
  Partial<
    Pick<DecodedEvent, 'text' | 'subagent' | 'claimsError' | 'isNeutral' | 'beginsTurn' | 'endsTurn' | 'reply' | 'tool'>
  >;

export interface StructuredDecoderOptions {
  readonly runtime: string;
  /** The streams on which the runtime writes JSON; stdout unless said otherwise. */
  readonly streams?: readonly StreamName[];
  /** What one parsed line means; `undefined` when it is not one of the runtime's events. */
  readonly read: (fields: JsonObject) => Reading | undefined;
  /** Whether a parsed line is an event that the runtime opens a run with; none is where this is left out. */
  readonly opens?: (fields: JsonObject) => boolean;
  /** Whether a parsed first line could only be this runtime's. */
  readonly recognisesEvent?: (fields: JsonObject) => boolean;
  /** Whether a first line of plain text could only be this runtime's. The text is normalised. */
  readonly recognisesText?: (text: string, stream: StreamName) => boolean;
  readonly errorLiterals: readonly string[];
  /** Any program could print its events, so they are suspicions only, recognised by words that any line may have. */
  readonly shared?: boolean;
}

/** A decoder for a runtime that can write one JSON object a line, and plain text when not asked to. */
export function createStructuredDecoder(options: StructuredDecoderOptions): Decoder {
  const { runtime, read, streams = ['stdout'], opens, recognisesEvent, recognisesText } = options;
  const { errorLiterals, shared = false } = options;
  return {
    runtime,
    readsEvents: true,
    errorLiterals,
    readsEveryLine: shared,
    formatOf(stream, firstLine) {
      if (!streams.includes(stream)) return 'text';
      const fields = fieldsOfText(firstLine);
      return fields && read(fields) ? 'structured' : 'text';
    },
    opensRun(stream, line) {
      const fields = opens && streams.includes(stream) ? fieldsOfText(line) : undefined;
      return fields !== undefined && (opens?.(fields) ?? false) && !read(fields)?.claimsError;
    },
    recognises(stream, firstLine) {
      const fields = fieldsOfText(firstLine);
      if (fields) return streams.includes(stream) && (recognisesEvent?.(fields) ?? false);
      return recognisesText?.(normaliseText(firstLine.slice(0, LINE_MAX)), stream) ?? false;
    },
    decode(line, format) {
      if (format === 'text') return textEvent(line, !ownsChannel(runtime, line.stream));
      return decodeStructured(line, read, shared);
    },
  };
}

function decodeStructured(line: Line, read: StructuredDecoderOptions['read'], shared: boolean): DecodedEvent {
  const fields = parseFields(line.raw);
  const reading = fields && read(fields);
  if (!fields || !reading) return unparsedEvent(line);
  return {
    name: reading.name,
    provenance: reading.provenance,
    typed: true,
    shared,
    subagent: reading.subagent ?? false,
    fields,
    text: normaliseText(reading.text ?? ''),
    claimsError: reading.claimsError ?? false,
    ...(reading.isNeutral && { isNeutral: true }),
    ...(reading.beginsTurn && { beginsTurn: true }),
    ...(reading.endsTurn && { endsTurn: true }),
    ...(reading.reply !== undefined && { reply: reading.reply }),
    ...(reading.tool && { tool: reading.tool }),
  };
}

function parseFields(raw: Buffer): JsonObject | undefined {
  // V8 takes longer to say what is wrong with a line of prose than to parse one of JSON.
  if (!beginsObject(raw)) return undefined;
  const fields = parseJson(isNoisy(raw) ? withoutResets(raw) : raw);
  return isObject(fields) ? fields : undefined;
}

/** A longer line tells nobody's runtime or format: each decoder would parse it, and brackets without end take long. */
const TELLING_MAX = 262_144;

/** The same of a line that is a string, which may be long and no object: then it is not converted. */
function fieldsOfText(line: string): JsonObject | undefined {
  if (line.length > TELLING_MAX) return undefined;
  return beginsObject(Buffer.from(line.slice(0, LINE_MAX))) ? parseFields(Buffer.from(line)) : undefined;
}

const OPENING_BRACE = 0x7b;
const ESCAPE = 0x1b;
const MARK = 0xef;

function beginsObject(raw: Buffer): boolean {
  const bare = withoutNoise(raw);
  let at = 0;
  while (bare[at] === 0x20 || bare[at] === 0x09 || bare[at] === 0x0d) at++;
  return bare[at] === OPENING_BRACE;
}

/** Whether a terminal's sequences or a byte order mark stand around the object. */
function isNoisy(raw: Buffer): boolean {
  return raw[0] === ESCAPE || raw[0] === MARK || raw[raw.length - 1] === LETTER_M;
}

const LETTER_M = 0x6d;

/** A line without a byte order mark or colour resets before its object and resets behind it. */
function withoutResets(raw: Buffer): Buffer {
  const bare = withoutNoise(raw);
  const end = /(?:\x1b\[[0-9;]*m)+$/.exec(bare.subarray(-64).toString('latin1'));
  return end ? bare.subarray(0, bare.length - end[0].length) : bare;
}

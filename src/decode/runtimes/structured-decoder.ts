import type { StreamName } from '../../contracts/run.ts';
import { ownsChannel } from '../channels.ts';
import type { Decoder } from '../decoder.ts';
import type { DecodedEvent } from '../event.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { Line } from '../line.ts';
import { normaliseText } from '../normalise-text.ts';
import { textEvent, unparsedEvent } from '../text-event.ts';

/** What a runtime's decoder says of one parsed line; what is left out is false, empty or absent. */
export type Reading = Pick<DecodedEvent, 'name' | 'provenance'> &
  Partial<Pick<DecodedEvent, 'text' | 'subagent' | 'claimsError' | 'tool'>>;

export interface StructuredDecoderOptions {
  readonly runtime: string;
  /** The streams on which the runtime writes JSON; stdout unless said otherwise. */
  readonly streams?: readonly StreamName[];
  /** What one parsed line means; `undefined` when it is not one of the runtime's events. */
  readonly read: (fields: JsonObject) => Reading | undefined;
  /** Whether a parsed first line could only be this runtime's. */
  readonly recognisesEvent?: (fields: JsonObject) => boolean;
  /** Whether a first line of plain text could only be this runtime's. The text is normalised. */
  readonly recognisesText?: (text: string, stream: StreamName) => boolean;
  readonly errorLiterals: readonly string[];
}

/** A decoder for a runtime that can write one JSON object a line, and plain text when not asked to. */
export function createStructuredDecoder(options: StructuredDecoderOptions): Decoder {
  const { runtime, read, streams = ['stdout'], recognisesEvent, recognisesText, errorLiterals } = options;
  return {
    runtime,
    errorLiterals,
    formatOf(stream, firstLine) {
      if (!streams.includes(stream)) return 'text';
      const fields = parseFields(Buffer.from(firstLine));
      return fields && read(fields) ? 'structured' : 'text';
    },
    recognises(stream, firstLine) {
      const fields = parseFields(Buffer.from(firstLine));
      if (fields) return streams.includes(stream) && (recognisesEvent?.(fields) ?? false);
      return recognisesText?.(normaliseText(firstLine), stream) ?? false;
    },
    decode(line, format) {
      if (format === 'text') return textEvent(line, !ownsChannel(runtime, line.stream));
      return decodeStructured(line, read);
    },
  };
}

function decodeStructured(line: Line, read: StructuredDecoderOptions['read']): DecodedEvent {
  const fields = parseFields(line.raw);
  const reading = fields && read(fields);
  if (!fields || !reading) return unparsedEvent(line);
  return {
    name: reading.name,
    provenance: reading.provenance,
    typed: true,
    shared: false,
    subagent: reading.subagent ?? false,
    fields,
    text: normaliseText(reading.text ?? ''),
    claimsError: reading.claimsError ?? false,
    ...(reading.tool && { tool: reading.tool }),
  };
}

function parseFields(raw: Buffer): JsonObject | undefined {
  // V8 takes longer to say what is wrong with a line of prose than to parse one of JSON.
  if (!beginsObject(raw)) return undefined;
  const fields = parseJson(raw);
  return isObject(fields) ? fields : undefined;
}

const OPENING_BRACE = 0x7b;

function beginsObject(raw: Buffer): boolean {
  let at = 0;
  while (raw[at] === 0x20 || raw[at] === 0x09 || raw[at] === 0x0d) at++;
  return raw[at] === OPENING_BRACE;
}

import { LogCodec, type UnlabelledCodec } from '../contracts/log-headers.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { StreamName } from '../contracts/run.ts';
import { timeFrom } from './carriers/carried-time.ts';
import type { Carrier } from './carriers/carrier.ts';
import { cri } from './carriers/cri.ts';
import { docker } from './carriers/docker.ts';
import { fluentRecord, linesOfRecord } from './carriers/fluent-bit.ts';
import { createPartialJoiner } from './carriers/join-partials.ts';
import { linesOfText } from './carriers/json-envelope.ts';
import { ndjson } from './carriers/ndjson.ts';
import { otlp } from './carriers/otlp.ts';
import { isBlank } from './carriers/unwrapper.ts';
import { vector } from './carriers/vector.ts';
import { isObject } from './json.ts';
import { splitLines } from './split-lines.ts';

/** One line of a log message. */
export interface PayloadRow {
  /** The row's own word on its stream; where it has none, the subject says. */
  readonly stream?: StreamName;
  /** The line's bytes, without a line break. */
  readonly raw: Buffer;
  /** When the publisher read the line, in epoch milliseconds, where the row says so and it can be a time. */
  readonly timeMs?: number;
  /** It does not have the form that the codec says: the bytes are the row's, and what was printed is not known. */
  readonly unread?: true;
}

export type Payload =
  | { readonly ok: true; readonly codec: LogCodec; readonly rows: readonly PayloadRow[] }
  | { readonly ok: false; readonly reason: string };

export interface PayloadOptions {
  /** The `Knell-Codec` header as it came, if it came. */
  readonly codec?: string | undefined;
  /** The subject the message arrived on; tells a Fluent Bit payload that has no header. */
  readonly subject?: string | undefined;
  /** The message has some `Knell-` header: then it is read as that says, and nothing is guessed. */
  readonly labelled?: boolean;
  /** How a message without any such header is read; plain lines unless said otherwise. */
  readonly unlabelled?: UnlabelledCodec | undefined;
}

/** Codecs of which a payload is lines, each in an envelope. */
const ENVELOPES = { docker, cri, vector, otlp } as const satisfies Partial<Record<LogCodec, Carrier>>;

/**
 * The lines in a log message's payload. A payload that can't be read is a value with a reason for people, never an
 * exception. A row whose text spans several lines becomes several rows. Pieces of one line are joined within a message;
 * the last piece in it stands as a line, however it goes on in the next.
 */
export function decodePayload(payload: Buffer, options: PayloadOptions = {}): Payload {
  const named = options.codec?.trim().toLowerCase();
  if (named) {
    const codec = LogCodec.safeParse(named);
    if (!codec.success) {
      return broken(`the codec "${options.codec}" is unknown: use ${LogCodec.options.join(', ')}`);
    }
    return decodeAs(codec.data, payload);
  }
  const { labelled = false, unlabelled = 'lines' } = options;
  if (labelled) return decodeLines(payload);
  if (unlabelled !== 'lines' && unlabelled !== 'auto') return decodeAs(unlabelled, payload);
  const records = recogniseFluentBit(payload, options.subject);
  if (records) return decodeFluentBit(records);
  return decodeAs(unlabelled === 'auto' ? recogniseCodec(payload) : 'lines', payload);
}

function decodeAs(codec: LogCodec, payload: Buffer): Payload {
  switch (codec) {
    case 'lines':
      return decodeLines(payload);
    case 'ndjson':
      return decodeNdjson(payload);
    case 'fluent-bit':
      return decodeFluentBit(parseJson(payload));
    default:
      return { ok: true, codec, rows: unwrapped(payload, ENVELOPES[codec]) };
  }
}

/** The codec in which all of a payload's lines are; plain lines where there is none. */
function recogniseCodec(payload: Buffer): LogCodec {
  const lines = splitLines(payload).filter((line) => !isBlank(line));
  const isWhole = (carrier: Carrier) => lines.length > 0 && lines.every((line) => carrier.open(line) !== undefined);
  const carriers: readonly (readonly [LogCodec, Carrier])[] = [
    ['docker', docker],
    ['cri', cri],
    ['vector', vector],
    ['otlp', otlp],
    ['ndjson', ndjson],
  ];
  const found = carriers.find(([, carrier]) => isWhole(carrier));
  return found?.[0] ?? (otlp.open(payload) ? 'otlp' : 'lines');
}

function decodeLines(payload: Buffer): Payload {
  return { ok: true, codec: 'lines', rows: splitLines(payload).map((raw) => ({ raw })) };
}

function unwrapped(payload: Buffer, carrier: Carrier): PayloadRow[] {
  // An exporter may send its one object on several lines.
  const whole = carrier === otlp ? carrier.open(payload) : undefined;
  if (whole) return [...whole];
  const joiner = createPartialJoiner();
  const rows = splitLines(payload).flatMap((stored): PayloadRow[] => {
    const opened = carrier.open(stored);
    if (!opened) return isBlank(stored) ? [] : [{ raw: stored, unread: true }];
    return opened.map((line) => joiner.add(line)).filter((line) => line !== undefined);
  });
  return [...rows, ...joiner.end()];
}

function decodeNdjson(payload: Buffer): Payload {
  const rows: PayloadRow[] = [];
  for (const [index, raw] of splitLines(payload).entries()) {
    if (isBlank(raw)) continue;
    const row = parseJson(raw);
    if (!isObject(row)) return broken(`row ${index} of the ndjson payload is not a JSON object`);
    if (typeof row.line !== 'string') return broken(`row ${index} of the ndjson payload has no text in "line"`);
    const stream = StreamName.safeParse(row.stream);
    if (row.stream !== undefined && !stream.success) {
      return broken(`row ${index} of the ndjson payload has a "stream" that is neither stdout nor stderr`);
    }
    rows.push(...linesOfText(row.line, stream.success ? { stream: stream.data } : {}));
  }
  return { ok: true, codec: 'ndjson', rows };
}

function decodeFluentBit(records: unknown): Payload {
  if (!Array.isArray(records)) return broken('the fluent-bit payload is not a JSON array of records');
  const rows: PayloadRow[] = [];
  for (const [index, entry] of records.entries()) {
    const record = fluentRecord(entry);
    if (!record) return broken(`record ${index} of the fluent-bit payload is not [seconds, {…}]`);
    const lines = linesOfRecord(record.fields, timeFrom(record.seconds * 1_000));
    if (!lines) return broken(`record ${index} of the fluent-bit payload has no text in "log"`);
    rows.push(...lines);
  }
  return { ok: true, codec: 'fluent-bit', rows };
}

/** The records, when the whole payload is Fluent Bit's and each record's tag is the subject; else it is plain lines. */
function recogniseFluentBit(payload: Buffer, subject: string | undefined): readonly unknown[] | undefined {
  if (subject === undefined || !payload.subarray(0, 64).toString('latin1').trimStart().startsWith('['))
    return undefined;
  const records = parseJson(payload);
  if (!Array.isArray(records) || records.length === 0) return undefined;
  return records.every((entry) => fluentRecord(entry)?.fields.tag === subject) ? records : undefined;
}

function broken(reason: string): Payload {
  return { ok: false, reason };
}

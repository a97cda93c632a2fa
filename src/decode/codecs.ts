import { LogCodec } from '../contracts/log-headers.ts';
import { StreamName } from '../contracts/run.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { splitLines } from './split-lines.ts';

/** One line of a log message. */
export interface PayloadRow {
  /** The row's own word on its stream; where it has none, the subject says. */
  readonly stream?: StreamName;
  /** The line's bytes, without a line break. */
  readonly raw: Buffer;
  /** When the publisher read the line, in epoch milliseconds, where the row says so. */
  readonly timeMs?: number;
}

export type Payload =
  | { readonly ok: true; readonly codec: LogCodec; readonly rows: readonly PayloadRow[] }
  | { readonly ok: false; readonly reason: string };

export interface PayloadOptions {
  /** The `Knell-Codec` header as it came, if it came. */
  readonly codec?: string | undefined;
  /** The subject the message arrived on; tells a Fluent Bit payload that has no header. */
  readonly subject?: string | undefined;
}

/**
 * The lines in a log message's payload. A payload that can't be read is a value with a reason for people, never an
 * exception. A row whose text spans several lines becomes several rows.
 */
export function decodePayload(payload: Buffer, options: PayloadOptions = {}): Payload {
  const named = options.codec?.trim().toLowerCase();
  if (named) {
    const codec = LogCodec.safeParse(named);
    if (!codec.success) {
      return broken(`the codec "${options.codec}" is unknown: use ${LogCodec.options.join(', ')}`);
    }
    if (codec.data === 'ndjson') return decodeNdjson(payload);
    if (codec.data === 'fluent-bit') return decodeFluentBit(parseJson(payload));
    return decodeLines(payload);
  }
  const records = recogniseFluentBit(payload, options.subject);
  return records ? decodeFluentBit(records) : decodeLines(payload);
}

function decodeLines(payload: Buffer): Payload {
  return { ok: true, codec: 'lines', rows: splitLines(payload).map((raw) => ({ raw })) };
}

function decodeNdjson(payload: Buffer): Payload {
  const rows: PayloadRow[] = [];
  for (const [index, raw] of splitLines(payload).entries()) {
    if (raw.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)) continue;
    const row = parseJson(raw);
    if (!isObject(row)) return broken(`row ${index} of the ndjson payload is not a JSON object`);
    if (typeof row.line !== 'string') return broken(`row ${index} of the ndjson payload has no text in "line"`);
    const stream = StreamName.safeParse(row.stream);
    if (row.stream !== undefined && !stream.success) {
      return broken(`row ${index} of the ndjson payload has a "stream" that is neither stdout nor stderr`);
    }
    rows.push(...textRows(row.line, stream.success ? { stream: stream.data } : {}));
  }
  return { ok: true, codec: 'ndjson', rows };
}

/**
 * Fluent Bit's NATS output: `[[seconds, {"tag": …, "log": …}], …]`.
 * Source: https://docs.fluentbit.io/manual/pipeline/outputs/nats
 */
function decodeFluentBit(records: unknown): Payload {
  if (!Array.isArray(records)) return broken('the fluent-bit payload is not a JSON array of records');
  const rows: PayloadRow[] = [];
  for (const [index, entry] of records.entries()) {
    const record = recordOf(entry);
    if (!record) return broken(`record ${index} of the fluent-bit payload is not [seconds, {…}]`);
    const text = record.fields.log ?? record.fields.message;
    if (typeof text !== 'string') return broken(`record ${index} of the fluent-bit payload has no text in "log"`);
    const stream = StreamName.safeParse(record.fields.stream);
    rows.push(...textRows(text, { timeMs: record.seconds * 1_000, ...(stream.success && { stream: stream.data }) }));
  }
  return { ok: true, codec: 'fluent-bit', rows };
}

/** The records, when the whole payload is Fluent Bit's and each record's tag is the subject; else it is plain lines. */
function recogniseFluentBit(payload: Buffer, subject: string | undefined): readonly unknown[] | undefined {
  if (subject === undefined || !payload.subarray(0, 64).toString('latin1').trimStart().startsWith('['))
    return undefined;
  const records = parseJson(payload);
  if (!Array.isArray(records) || records.length === 0) return undefined;
  return records.every((entry) => recordOf(entry)?.fields.tag === subject) ? records : undefined;
}

function recordOf(entry: unknown): { seconds: number; fields: JsonObject } | undefined {
  if (!Array.isArray(entry) || entry.length !== 2) return undefined;
  const [seconds, fields]: readonly unknown[] = entry;
  return isSeconds(seconds) && isObject(fields) ? { seconds, fields } : undefined;
}

/** The end of the year 9999: later times can't be written as RFC 3339. */
const LAST_SECOND = 253_402_300_799;

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND;
}

function textRows(text: string, rest: Omit<PayloadRow, 'raw'>): PayloadRow[] {
  const lines = splitLines(Buffer.from(text));
  // A blank line is a line too, although as a chunk it would have none.
  return (lines.length === 0 ? [Buffer.alloc(0)] : lines).map((raw) => ({ ...rest, raw }));
}

function broken(reason: string): Payload {
  return { ok: false, reason };
}

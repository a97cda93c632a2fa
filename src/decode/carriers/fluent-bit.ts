import { parseJson } from '../../contracts/parse-json.ts';
import { isObject, type JsonObject } from '../json.ts';
import { timeFrom, timeOf } from './carried-time.ts';
import type { CarriedLine, Carrier } from './carrier.ts';
import { envelopeOf, linesOfText, streamIn } from './json-envelope.ts';
import { withoutNoise } from './line-start.ts';

/**
 * Fluent Bit's records: `[[seconds, {"log": "text", …}], …]` as its NATS output sends them, or, as its file and
 * standard outputs write them with `json_lines`, `{"date": seconds, "log": "text", …}` a row.
 * Source: https://docs.fluentbit.io/manual/pipeline/outputs/nats, …/outputs/standard-output
 */
export const fluentBit: Carrier = {
  name: 'fluent-bit',
  title: "Fluent Bit's records",
  kind: 'envelope',
  open(stored) {
    const row = envelopeOf(stored);
    if (row) return 'date' in row ? linesOfRecord(row, timeOfDate(row.date)) : undefined;
    if (!withoutNoise(stored).subarray(0, 16).toString('latin1').trimStart().startsWith('[')) return undefined;
    const records = parseJson(stored);
    if (!Array.isArray(records) || records.length === 0) return undefined;
    const lines = records.map((entry) => {
      // Its JSON format writes the rows as one list.
      if (isObject(entry) && 'date' in entry) return linesOfRecord(entry, timeOfDate(entry.date));
      const record = fluentRecord(entry);
      return record && linesOfRecord(record.fields, timeFrom(record.seconds * 1_000));
    });
    return lines.every((found) => found !== undefined) ? lines.flat() : undefined;
  },
};

/** The time and the fields of one `[seconds, {…}]`. */
export function fluentRecord(entry: unknown): { seconds: number; fields: JsonObject } | undefined {
  if (!Array.isArray(entry) || entry.length !== 2) return undefined;
  const [seconds, fields]: readonly unknown[] = entry;
  return typeof seconds === 'number' && isObject(fields) ? { seconds, fields } : undefined;
}

/** The lines in a record's `log`, or `message`; undefined where it has neither. */
export function linesOfRecord(fields: JsonObject, time: { timeMs?: number }): CarriedLine[] | undefined {
  const text = fields.log ?? fields.message;
  return typeof text === 'string' ? linesOfText(text, { ...streamIn(fields.stream), ...time }) : undefined;
}

function timeOfDate(date: unknown): { timeMs?: number } {
  return typeof date === 'number' ? timeFrom(date * 1_000) : timeOf(date);
}

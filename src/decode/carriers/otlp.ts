import { isObject, type JsonObject, objectsAt, valueAt } from '../json.ts';
import { timeFrom } from './carried-time.ts';
import type { CarriedLine, Carrier } from './carrier.ts';
import { envelopeOf, linesOfText, streamIn } from './json-envelope.ts';

/**
 * OpenTelemetry's logs as JSON: `resourceLogs` → `scopeLogs` → `logRecords`, the text in `body`, the stream in the
 * attribute `log.iostream`.
 * Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, https://opentelemetry.io/docs/specs/semconv/general/logs/
 */
export const otlp: Carrier = {
  name: 'otlp',
  title: 'OTLP JSON',
  kind: 'envelope',
  open(stored) {
    const data = envelopeOf(stored);
    if (!data || !Array.isArray(data.resourceLogs)) return undefined;
    const records = objectsAt(data, 'resourceLogs')
      .flatMap((resource) => objectsAt(resource, 'scopeLogs'))
      .flatMap((scope) => objectsAt(scope, 'logRecords'));
    return records.flatMap(linesOfRecord);
  },
};

function linesOfRecord(record: JsonObject): CarriedLine[] {
  const { body } = record;
  // A body that is a map is a message that a receiver has taken apart; its text is what was printed.
  const text = valueAt(body, 'stringValue') ?? textInMap(body);
  if (typeof text !== 'string') return [];
  const stream = objectsAt(record, 'attributes').find(({ key }) => key === 'log.iostream');
  const nanos = Number(record.timeUnixNano || record.observedTimeUnixNano);
  return linesOfText(text, { ...streamIn(valueAt(stream?.value, 'stringValue')), ...timeFrom(nanos / 1e6) });
}

function textInMap(body: unknown): unknown {
  const entries = isObject(body) ? objectsAt(body, 'kvlistValue', 'values') : [];
  const entry = entries.find(({ key }) => key === 'message' || key === 'log');
  return valueAt(entry?.value, 'stringValue');
}

import { isObject, type JsonObject } from '../json.ts';
import { timeFrom, timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { envelopeOf, linesOfText } from './json-envelope.ts';

const LINE_KEYS = ['message', 'textPayload', 'log', 'line', 'msg', 'event_message'];
const TIME_KEYS = ['timestamp', '@timestamp', 'time', 'ts', '_time', 'eventTime'];
/** What only collectors add: where a line was printed, and when they had it. */
const COLLECTORS =
  /^(?:kubernetes|container(?:_?(?:id|name|image))?|pod(?:_?name)?|hostname?|logStream(?:Name)?|logGroup(?:Name)?|ingestionTime|insertId|resource|labels|ecs|input|offset|instance|_?stream_?labels|log\.file\.path)$/i;
/** What a program's own record has: then the record is its word, and no line in an envelope. */
const OWN = /^(?:level|lvl|severity|type|event|kind|role|name|error|err|exception|stack|tool\w*|command|cmd)$/i;

/**
 * A line as a collector of logs stores it without the name of its stream: CloudWatch's events, Google's entries with a
 * `textPayload`, Filebeat's documents.
 * Sources: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html,
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry, https://www.elastic.co/docs/reference/ecs/ecs-log
 */
export const collected: Carrier = {
  name: 'collected',
  title: "a log collector's records",
  kind: 'envelope',
  open(stored) {
    const fields = envelopeOf(stored);
    if (!fields || !isCollectors(fields)) return undefined;
    const text = LINE_KEYS.map((key) => fields[key]).find((value) => typeof value === 'string');
    return text === undefined ? undefined : linesOfText(text as string, timeIn(fields));
  },
};

function isCollectors(fields: JsonObject): boolean {
  const keys = Object.keys(fields);
  if (keys.some((key) => OWN.test(key) && fields[key] !== 'DEFAULT')) return false;
  if (isObject(fields.log) && 'level' in fields.log) return false;
  return keys.some((key) => COLLECTORS.test(key)) && keys.some((key) => TIME_KEYS.includes(key));
}

function timeIn(fields: JsonObject): { timeMs?: number } {
  const value = TIME_KEYS.map((key) => fields[key]).find((one) => typeof one === 'string' || typeof one === 'number');
  return typeof value === 'number' ? timeFrom(value < 1e11 ? value * 1_000 : value) : timeOf(value);
}

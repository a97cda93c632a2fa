import { parseJson } from '../contracts/parse-json.ts';
import { parseTime } from '../contracts/time.ts';

/** A record as Fluentd takes it. */
export interface FluentEvent {
  readonly tag: string;
  /** The record itself, whole: fields that this version of knell does not know included. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly timeMs: number;
}

/** The last second that fits the unsigned 32 bits of Fluentd's EventTime (Forward protocol v1). */
const LAST_SECOND = 2 ** 32 - 1;

/**
 * Makes a Fluentd event of a stored failure record or notice; `undefined` when the bytes are no JSON object.
 *
 * The tag is `<prefix>.failures.<category>`, `<prefix>.notices.<kind>`, or `<prefix>.other` for a record of neither
 * schema. The time is the record's own, `issued_at` or `at`, and `storedAtMs` where that is missing or no sensible time.
 */
export function toFluentEvent(data: Uint8Array, storedAtMs: number, tagPrefix: string): FluentEvent | undefined {
  const record = parseObject(data);
  if (!record) return undefined;
  return { tag: `${tagPrefix}.${tagOf(record)}`, record, timeMs: timeOf(record) ?? storedAtMs };
}

function parseObject(data: Uint8Array): Record<string, unknown> | undefined {
  const value = parseJson(data);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

function tagOf({ schema, category, kind }: Record<string, unknown>): string {
  // Any version of the schemas: an older forwarder should still put a newer record where people look for it.
  if (isSchema(schema, 'knell.failure/') && isTagPart(category)) return `failures.${category}`;
  if (isSchema(schema, 'knell.notice/') && isTagPart(kind)) return `notices.${kind}`;
  return 'other';
}

function isSchema(schema: unknown, family: string): boolean {
  return typeof schema === 'string' && schema.startsWith(family);
}

function isTagPart(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,3}$/.test(text);
}

function timeOf({ issued_at, at }: Record<string, unknown>): number | undefined {
  const text = issued_at ?? at;
  const timeMs = typeof text === 'string' ? parseTime(text) : undefined;
  if (timeMs === undefined || timeMs < 0 || timeMs / 1_000 > LAST_SECOND) return undefined;
  return timeMs;
}

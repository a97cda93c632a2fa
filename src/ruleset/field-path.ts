import type { JsonObject } from '../decode/event.ts';

/** Paths longer than this are refused by the checker, so that a lookup stays cheap on any event. */
export const MAX_SEGMENTS = 16;

/** A value found in an event, and where: `keys` from the root. */
export interface FoundField {
  readonly value: unknown;
  readonly keys: readonly string[];
}

/**
 * Splits a dotted path: `error.status` → `error`, `status`. `\.` is a dot inside a key, `\\` a backslash.
 */
export function splitPath(path: string): string[] {
  const segments: string[] = [];
  let segment = '';
  for (let i = 0; i < path.length; i++) {
    const char = path[i] as string;
    const next = path[i + 1];
    if (char === '\\' && (next === '.' || next === '\\')) {
      segment += next;
      i++;
    } else if (char === '.') {
      segments.push(segment);
      segment = '';
    } else {
      segment += char;
    }
  }
  segments.push(segment);
  return segments;
}

/**
 * Looks a split path up in an event's fields. Arrays are entered by index. Where a key of the event contains dots itself,
 * the longest key that leads to a value wins: `a.b.c` finds `{"a.b": {"c": 1}}` before `{"a": {"b": {"c": 2}}}`.
 *
 * @returns `undefined` when nothing is there; a field that is there and null is found
 */
export function findField(fields: JsonObject, segments: readonly string[]): FoundField | undefined {
  const keys: string[] = [];
  const value = descend(fields, segments, 0, keys);
  return value === MISSING ? undefined : { value, keys };
}

/** JSON has no symbols. */
const MISSING = Symbol('missing');

/** @param keys the way so far; on success the whole way */
function descend(value: unknown, segments: readonly string[], from: number, keys: string[]): unknown {
  if (from === segments.length) return value;
  if (typeof value !== 'object' || value === null) return MISSING;
  // Own keys only: an event must not reach `constructor` and the like.
  for (let to = Array.isArray(value) ? from + 1 : segments.length; to > from; to--) {
    const key = to === from + 1 ? (segments[from] as string) : segments.slice(from, to).join('.');
    if (Array.isArray(value) ? !isIndex(key, value.length) : !Object.hasOwn(value, key)) continue;
    keys.push(key);
    const found = descend((value as Record<string, unknown>)[key], segments, to, keys);
    if (found !== MISSING) return found;
    keys.pop();
  }
  return MISSING;
}

function isIndex(key: string, length: number): boolean {
  return /^(0|[1-9][0-9]{0,8})$/.test(key) && Number(key) < length;
}

/** The JSON Pointer (RFC 6901) of the keys from an event's root. */
export function jsonPointer(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

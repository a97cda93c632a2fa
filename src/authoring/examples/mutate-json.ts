import { isObject } from '../../decode/json.ts';
import { otherIds } from './mutate-text.ts';

/** Counts and times in typed events that say nothing about the cause. */
const IDLE_NUMBER =
  /^(?:attempt|retry_?delay_?ms|delayMs|duration(?:_api)?_ms|ttft_ms|timestamp|ts|time_to_request_ms)$/;

/** The event with other ids, times, attempts and delays. */
export function withOtherIds(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return otherIds(value);
  if (typeof value === 'number') return IDLE_NUMBER.test(key) ? value + 3 : value;
  if (Array.isArray(value)) return value.map((one) => withOtherIds(one));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withOtherIds(one, name)]));
}

/** The event with the text that it speaks changed, and nothing else. */
export function withOtherText(
  value: unknown,
  speaks: (text: string) => boolean,
  apply: (text: string) => string,
): unknown {
  if (typeof value === 'string') return speaks(value) ? apply(value) : value;
  if (Array.isArray(value)) return value.map((one) => withOtherText(one, speaks, apply));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withOtherText(one, speaks, apply)]));
}

export interface Reserialisation {
  readonly name: string;
  write(value: unknown): string;
}

/** Other ways to write the same JSON. */
export const RESERIALISATIONS: readonly Reserialisation[] = [
  { name: 'JSON keys in another order', write: (value) => JSON.stringify(reversed(value)) },
  // Strings hold no raw line breaks, so these are only the ones between tokens.
  { name: 'JSON with white space', write: (value) => JSON.stringify(value, null, 2).replaceAll(/\n\s*/g, ' ') },
  // Python's json escapes all but ASCII, Go's the characters that HTML minds.
  {
    name: 'JSON with \\u escapes',
    write: (value) =>
      JSON.stringify(value).replaceAll(
        /[<>&'\u007f-\uffff]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  },
];

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name, reversed(one)]),
  );
}

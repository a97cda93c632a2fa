import type { FieldCondition } from '../../contracts/rule-pack.ts';
import { splitPath } from '../field-path.ts';
import { NEEDLE_MIN } from './needle.ts';
import { testForField, type ValueTest } from './value-test.ts';

/**
 * What stands in a raw line whose event has this name, or one that a `*` stands for. Decoders make names out of what is
 * written in the line: each part between slashes is there as a JSON string, be it a key or a value. A test holds every
 * decoder to that.
 */
export function nameTexts(name: string): string[] {
  return name
    .split('/')
    .filter(isPlain)
    .map((part) => (part.endsWith('*') ? `"${part.slice(0, -1)}` : `"${part}"`))
    .filter((text) => text.length >= NEEDLE_MIN);
}

/** How a field is written in a raw line. */
export interface FieldText {
  readonly text: string;
  /** The text is the end of a key inside an object: right before it stands the key's opening quote, or a dot in it. */
  readonly isKeyEnd: boolean;
  /** What has to follow the text, where the text is the whole of the key. */
  readonly value?: ValueTest;
}

/**
 * What stands in a raw line with this field: the last key of its path that is no index of an array.
 * `undefined` when the condition can also hold without the field, or the key can't be looked for.
 */
export function fieldText(path: string, wanted: FieldCondition): FieldText | undefined {
  const test = testForField(wanted);
  const segments = splitPath(path);
  const last = segments.findLastIndex((segment) => !/^[0-9]+$/.test(segment));
  const key = segments[last];
  if (!test || !key || !isPlain(key)) return undefined;
  // A key of the event may hold dots itself: then the part may stand in the middle of it.
  const isKeyEnd = last > 0;
  const isWhole = last === segments.length - 1;
  const text = `${isKeyEnd ? '' : '"'}${key}${isWhole ? '"' : ''}`;
  return text.length < NEEDLE_MIN ? undefined : { text, isKeyEnd, ...(isWhole && { value: test }) };
}

/** The values of which one stands in a raw line with this field as a JSON string; `undefined` when others will do as well. */
export function valueTexts(wanted: FieldCondition): readonly string[] | undefined {
  const scalar = typeof wanted !== 'object' || wanted === null;
  const values: readonly unknown[] = scalar
    ? [wanted]
    : (wanted.in ?? (wanted.equals === undefined ? [] : [wanted.equals]));
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length === 0 || texts.length < values.length || !texts.every(isPlain)
    ? undefined
    : texts.map((text) => `"${text}"`);
}

/** ASCII that is written in JSON as it is. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/["\\/']/.test(text);
}

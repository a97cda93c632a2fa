import type { Condition, FieldCondition } from '../contracts/rule-pack.ts';
import { splitPath } from './field-path.ts';
import { foldAscii, NEEDLE_MIN, type Needle } from './needle.ts';
import { cheapest } from './needle-cost.ts';
import { textNeedles } from './text-needles.ts';
import { testForField } from './value-test.ts';

/**
 * The needles for a condition: the raw bytes of every line on which it holds contain one of them. Of all that must be
 * true together, whatever is rarest in agents' output is looked for. `undefined` when nothing can be looked for.
 */
export function conditionNeedles(condition: Condition): readonly Needle[] | undefined {
  const { event, where, line, text } = condition;
  return cheapest([
    event === undefined ? undefined : nameNeedles([event].flat()),
    ...Object.entries(where ?? {}).map(([path, wanted]) => fieldNeedles(path, wanted)),
    line === undefined ? undefined : textNeedles([line].flat(), 'plain'),
    text === undefined ? undefined : textNeedles([text].flat(), line === undefined ? 'json' : 'plain'),
  ]);
}

/**
 * Decoders make event names out of what is written in the line: each part between slashes stands there as a JSON string,
 * be it a key or a value. A test holds every decoder to that.
 */
function nameNeedles(names: readonly string[]): readonly Needle[] | undefined {
  const sets = names.map((name) => cheapest(name.split('/').map(partNeedle)));
  return sets.includes(undefined) ? undefined : sets.flatMap((set) => set ?? []);
}

function partNeedle(part: string): readonly Needle[] | undefined {
  const text = part.endsWith('*') ? `"${part.slice(0, -1)}` : `"${part}"`;
  return isPlain(part) && text.length >= NEEDLE_MIN ? [{ text: foldAscii(text) }] : undefined;
}

/** The last key of the path that is no index of an array, with its value where it is the last part of the path. */
function fieldNeedles(path: string, wanted: FieldCondition): readonly Needle[] | undefined {
  const test = testForField(wanted);
  const segments = splitPath(path);
  const last = segments.findLastIndex((segment) => !/^[0-9]+$/.test(segment));
  const key = segments[last];
  if (!test || key === undefined || key === '' || !isPlain(key)) return undefined;
  // A key of the event may hold dots itself: then the part may stand in the middle of it.
  const isKeyEnd = last > 0;
  const isWhole = last === segments.length - 1;
  const text = foldAscii(`${isKeyEnd ? '' : '"'}${key}${isWhole ? '"' : ''}`);
  if (text.length < NEEDLE_MIN) return undefined;
  return [{ text, ...(isKeyEnd && { isKeyEnd }), ...(isWhole && { value: test }) }];
}

/** ASCII that is written in JSON as it is. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/["\\/<>&+'`]/.test(text);
}

import type { Condition } from '../../contracts/rule-pack.ts';
import { parsePattern } from '../../patterns/parse-pattern.ts';
import { firstChars } from '../first-chars.ts';
import type { LineView } from '../line-view.ts';
import { fieldText, nameTexts } from './event-bytes.ts';
import { hasUnknownEscape } from './text-needles.ts';

/**
 * Whether a condition can hold on a raw line in which a needle of it has been found. Cheap to tell, and wrong only on
 * lines with something in hiddenText, which are looked at anyway.
 */
export interface LineGuard {
  /** The same for all conditions whose guards are alike. */
  readonly key: string;
  passes(line: LineView): boolean;
}

const OPENING_BRACE = 0x7b;
const CARRIAGE_RETURN = 0x0d;
const NOT_ASCII = Array.from({ length: 0x80 }, (_, i) => 0x80 + i);
/** What `normaliseText` makes quotes and hyphens of begins with one of these bytes in UTF-8. */
const TYPOGRAPHIC = [0xca, 0xe2];

/** The guard of a condition; `undefined` when any line will do. */
export function guardOf(condition: Condition): LineGuard | undefined {
  const { event, where, line } = condition;
  if (event !== undefined || where !== undefined) return objectGuard(condition);
  return line === undefined ? undefined : firstByteGuard([line].flat());
}

/** A typed event is a JSON object with one of the names, and all of the keys, written in it. */
function objectGuard({ event, where }: Condition): LineGuard {
  const keys = Object.entries(where ?? {}).flatMap(([path, wanted]) => fieldText(path, wanted)?.text ?? []);
  const names = event === undefined ? [[]] : [event].flat().map(nameTexts);
  const choices = names.map((texts) => [...texts, ...keys]);
  return {
    key: JSON.stringify(choices),
    passes: (line) => isObject(line) && choices.some((texts) => texts.every((text) => line.has(text))),
  };
}

/** A typed event of any name. */
export const OBJECT_GUARD: LineGuard = { key: '[]', passes: isObject };

function isObject({ chunk, start, end }: LineView): boolean {
  let at = start;
  while (at < end && (chunk[at] === 0x20 || chunk[at] === 0x09 || chunk[at] === CARRIAGE_RETURN)) at++;
  return chunk[at] === OPENING_BRACE;
}

/** A whole line of plain text begins as one of the patterns does. */
function firstByteGuard(patterns: readonly string[]): LineGuard | undefined {
  const first = new Set<number>();
  for (const pattern of patterns) {
    const chars = hasUnknownEscape(pattern) ? undefined : firstChars(parsePattern(pattern));
    if (!chars) return undefined;
    for (const char of chars) {
      const byte = Buffer.from(char)[0] ?? 0;
      // Other scripts have more to them than upper and lower case.
      for (const each of byte < 0x80 ? [byte] : NOT_ASCII) first.add(each);
      if (char === "'" || char === '"' || char === '-') for (const each of TYPOGRAPHIC) first.add(each);
    }
  }
  return {
    key: [...first].sort().join(),
    passes: (line) => first.has(line.chunk[line.start] as number) || isOverwritten(line),
  };
}

/** Of a line that a carriage return overwrites only the last part is seen, so it begins somewhere else. */
function isOverwritten({ chunk, start, end, hasReturns }: LineView): boolean {
  return hasReturns() && chunk.subarray(start, end - 1).includes(CARRIAGE_RETURN);
}

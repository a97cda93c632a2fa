import { foldAscii, NEEDLE_MIN, type Needle } from './needle.ts';
import { cheapest } from './needle-cost.ts';
import { parsePattern } from './parse-pattern.ts';
import { type OneOf, requiredTexts } from './required-texts.ts';

/**
 * Where a text is looked for, and which of its ASCII characters the raw bytes may have otherwise:
 * - `plain`: a line of plain text. Quotes and hyphens may have been typographic before `normaliseText`.
 * - `json`: also a string in JSON. It has escapes for quotes, backslashes and line breaks, and may have one for `/`.
 * - `decoded`: an event's text, in which everything is as the pattern sees it.
 */
export type Surroundings = 'plain' | 'json' | 'decoded';

const CUTS = {
  plain: /[^\x20-\x7e]|['"-]/,
  json: /[^\x20-\x7e]|['"\\/-]/,
  decoded: /[^\x20-\x7e]/,
} as const;

/** Characters outside ASCII of one case and one code unit, which nothing that reads a line changes. */
const FOREIGN = /[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]+/g;
const FOREIGN_MAX = 3;

/** Whether there are octal or control escapes, which the pattern parser does not know. */
export function hasUnknownEscape(pattern: string): boolean {
  return /\\[0-9c]/.test(pattern);
}

/**
 * For each thing that every match of one of the patterns must contain, the needles for it: one of them is in the raw
 * bytes of every line with a match, unless something is in disguise there (`disguise.ts`).
 */
export function textNeedles(patterns: readonly string[], surroundings: Surroundings): readonly Needle[] | undefined {
  const needles: Needle[] = [];
  for (const pattern of patterns) {
    const found = hasUnknownEscape(pattern) ? undefined : patternNeedles(pattern, surroundings);
    if (!found) return undefined;
    needles.push(...found);
  }
  return needles;
}

function patternNeedles(pattern: string, surroundings: Surroundings): readonly Needle[] | undefined {
  const needlesOf = (set: OneOf) => setNeedles(set, surroundings);
  const prefer = (sets: readonly OneOf[]) => {
    const usable = sets.map((set) => ({ set, needles: needlesOf(set) }));
    const best = cheapest(usable.map(({ needles }) => needles));
    return usable.find(({ needles }) => needles === best && best !== undefined)?.set;
  };
  return cheapest(requiredTexts(parsePattern(pattern), prefer).map(needlesOf));
}

function setNeedles(set: OneOf, surroundings: Surroundings): readonly Needle[] | undefined {
  const needles: Needle[] = [];
  for (const text of set) {
    const runs = text
      .split(CUTS[surroundings])
      .filter((run) => run.length >= NEEDLE_MIN && run.trim() !== '')
      .map((run) => [{ text: foldAscii(run) }]);
    const best = cheapest([...runs, ...foreignNeedles(text)]);
    if (!best) return undefined;
    needles.push(...best);
  }
  // Who finds "limit reached" has found "usage limit reached".
  return needles.filter(({ text }) => !needles.some((other) => other.text !== text && text.includes(other.text)));
}

/** A few characters of another script: as UTF-8, as JSON escapes, and any mixture of the two. */
function foreignNeedles(text: string): Needle[][] {
  return (text.match(FOREIGN) ?? [])
    .filter((run) => run === run.toLowerCase() && run === run.toUpperCase())
    .map((run) => {
      let forms = [''];
      for (const char of run.slice(0, FOREIGN_MAX)) {
        const utf8 = Buffer.from(char, 'utf8').toString('latin1');
        const escaped = `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
        forms = forms.flatMap((form) => [form + utf8, form + escaped]);
      }
      return forms.map((form) => ({ text: form }));
    });
}

import { type PatternNode, parsePattern } from '../../patterns/parse-pattern.ts';
import { foldAscii, NEEDLE_MIN, type Needle } from './needle.ts';
import { cheapest } from './needle-cost.ts';
import { type OneOf, requiredTexts } from './required-texts.ts';

/**
 * Where a text is looked for, and which of its ASCII characters the raw bytes may have otherwise:
 * - `line`: a whole line of plain text. Quotes and hyphens may have been typographic before `normaliseText`.
 * - `plain`: anywhere in one.
 * - `json`: also a string in JSON. It has escapes for quotes, backslashes and line breaks, and may have one for `/`.
 * - `decoded`: an event's text, in which everything is as the pattern sees it.
 */
export type Surroundings = 'line' | 'plain' | 'json' | 'decoded';

/** Which of several sets of needles to look for, each of which would do; `undefined` among them is none. */
export type Choose = (sets: readonly (readonly Needle[] | undefined)[]) => readonly Needle[] | undefined;

/** Stand for the start and the end of a line. No text that is looked for has these characters. */
const [LINE_START, LINE_END] = ['\x02', '\x03'];

const CUTS = {
  line: /[^\x20-\x7e\x02\x03]/,
  plain: /[^\x20-\x7e]/,
  json: /[^\x20-\x7e]|[\\/]/,
  decoded: /[^\x20-\x7e]/,
} as const;

/** What `normaliseText` makes a plain character of. */
const TYPOGRAPHIC: Readonly<Record<string, string>> = {
  "'": '\u2018\u2019\u201a\u201b\u2032\u02bc',
  '"': '\u201c\u201d\u201e\u201f\u2033',
  '-': '\u2010\u2011',
};
/** What is before a line, and after it where what a terminal does not show is left out. The chunk's ends are line feeds. */
const STARTS = ['\n', '\r'];
const ENDS = [
  ...['\n', '\r', '\u2028', '\u2029'].map(utf8),
  ...[' ', '\t'].flatMap((space) => [' ', '\t', '\n', '\r', '\u2028', '\u2029'].map((after) => space + utf8(after))),
];

/** What raw bytes may have for a character. */
type Variants = Readonly<Record<string, readonly string[]>>;
const PLAIN_VARIANTS: Variants = Object.fromEntries(
  Object.entries(TYPOGRAPHIC).map(([char, others]) => [char, [char, ...[...others].map(utf8)]]),
);
const VARIANTS: Readonly<Partial<Record<Surroundings, Variants>>> = {
  line: { ...PLAIN_VARIANTS, [LINE_START]: STARTS, [LINE_END]: ENDS },
  plain: PLAIN_VARIANTS,
  json: Object.fromEntries(
    Object.entries(TYPOGRAPHIC).map(([char, others]) => [
      char,
      [...(PLAIN_VARIANTS[char] ?? []), ...(char === '"' ? ['\\"'] : []), ...[char, ...others].map(jsonEscape)],
    ]),
  ),
};

function utf8(char: string): string {
  return Buffer.from(char, 'utf8').toString('latin1');
}

function jsonEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Characters outside ASCII of one case and one code unit, which nothing that reads a line changes. */
const FOREIGN = /[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]+/g;
const FOREIGN_MAX = 3;

/** Whether there are octal or control escapes, which the pattern parser does not know. */
export function hasUnknownEscape(pattern: string): boolean {
  return /\\[0-9c]/.test(pattern);
}

/**
 * For each thing that every match of one of the patterns must contain, the needles for it: one of them is in the raw
 * bytes of every line with a match, unless something is in hiddenText there (`hiddenText.ts`).
 *
 * @param choose left out: the set that costs least in agents' output
 */
export function textNeedles(
  patterns: readonly string[],
  surroundings: Surroundings,
  choose: Choose = cheapest,
): readonly Needle[] | undefined {
  const needles: Needle[] = [];
  for (const pattern of patterns) {
    const found = hasUnknownEscape(pattern) ? undefined : patternNeedles(pattern, surroundings, choose);
    if (!found) return undefined;
    needles.push(...found);
  }
  return needles;
}

/** Answers of `textNeedles` in decoded texts that an earlier process gave, by the pattern. */
const known = new Map<string, readonly Needle[]>();

/** Takes what `textNeedles` said of this very pattern in decoded texts. */
export function knowTextNeedles(pattern: string, texts: readonly string[]): void {
  known.set(
    pattern,
    texts.map((text) => ({ text })),
  );
}

/** What `textNeedles` would say of the patterns in decoded texts, where that is known without reading them. */
export function knownTextNeedles(patterns: readonly string[]): readonly Needle[] | undefined {
  const needles: Needle[] = [];
  for (const pattern of patterns) {
    const found = known.get(pattern);
    if (!found) return undefined;
    needles.push(...found);
  }
  return needles;
}

function patternNeedles(pattern: string, surroundings: Surroundings, choose: Choose): readonly Needle[] | undefined {
  const needlesOf = (set: OneOf) => setNeedles(set, surroundings);
  const prefer = (sets: readonly OneOf[]) => {
    const usable = sets.map((set) => ({ set, needles: needlesOf(set) }));
    const best = cheapest(usable.map(({ needles }) => needles));
    return usable.find(({ needles }) => needles === best && best !== undefined)?.set;
  };
  const node = parsePattern(pattern);
  const whole = surroundings === 'line' ? withinLine(node) : node;
  return choose(requiredTexts(whole, prefer).map(needlesOf));
}

/** The pattern with a line's edges around each of its choices: next to them more is known of what stands there. */
function withinLine(node: PatternNode): PatternNode {
  if (node.kind === 'choice') return { kind: 'choice', nodes: node.nodes.map(withinLine) };
  const edge = (text: string): PatternNode => ({ kind: 'literal', text, folded: false });
  return {
    kind: 'sequence',
    nodes: [edge(LINE_START), ...(node.kind === 'sequence' ? node.nodes : [node]), edge(LINE_END)],
  };
}

function setNeedles(set: OneOf, surroundings: Surroundings): readonly Needle[] | undefined {
  const needles: Needle[] = [];
  for (const text of set) {
    const best = cheapest([
      ...text.split(CUTS[surroundings]).flatMap((run) => runNeedles(run, VARIANTS[surroundings])),
      ...foreignNeedles(text),
      ...(surroundings === 'decoded' ? cyrillicNeedles(text) : []),
    ]);
    if (!best) return undefined;
    needles.push(...best);
  }
  // Who finds "limit reached" has found "usage limit reached".
  return needles.filter(({ text }) => !needles.some((other) => other.text !== text && text.includes(other.text)));
}

/** The characters with variants. */
const SPECIAL = /(['"\x02\x03-])/;

/** What can be looked for of a text: the runs between characters with variants, or two of them joined by each variant. */
function runNeedles(text: string, variants: Variants | undefined): Needle[][] {
  // Runs, and between each two of them a character.
  const pieces = variants ? text.split(SPECIAL) : [text];
  const sets: Needle[][] = [];
  for (const [i, piece] of pieces.entries()) {
    if (i % 2 === 0) {
      if (isRun(piece)) sets.push([{ text: foldAscii(piece) }]);
      continue;
    }
    const [before = '', after = ''] = [pieces[i - 1], pieces[i + 1]];
    if (!isRun(before) && !isRun(after)) continue;
    sets.push((variants?.[piece] ?? []).map((one) => ({ text: foldAscii(before + one + after) })));
  }
  return sets;
}

function isRun(text: string): boolean {
  return text.length >= NEEDLE_MIN && text.trim() !== '';
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

/** Letters of Cyrillic, which have two cases, and some of them a historic form that `(?i)` takes for the same letter. */
const CYRILLIC = /[\u0400-\u052f]{2,}/g;
/** From Unicode's CaseFolding.txt, as RE2 has it. */
const HISTORIC: Readonly<Record<string, string>> = {
  в: '\u1c80',
  д: '\u1c81',
  о: '\u1c82',
  с: '\u1c83',
  т: '\u1c84\u1c85',
  ъ: '\u1c86',
  ѣ: '\u1c87',
};

/** A few letters of Cyrillic in UTF-8, in each mixture of cases. */
function cyrillicNeedles(text: string): Needle[][] {
  return (text.match(CYRILLIC) ?? []).map((run) => {
    let forms = [''];
    for (const char of run.slice(0, FOREIGN_MAX)) {
      const lower = char.toLowerCase();
      const same = [...new Set([lower, lower.toUpperCase(), ...(HISTORIC[lower] ?? '')])].map(utf8);
      forms = forms.flatMap((form) => same.map((letter) => form + letter));
    }
    return forms.map((form) => ({ text: form }));
  });
}

/** How a host that has several workers speaks of another one than before. */
import type { LineShape } from './line-shape.ts';

/** What a wrapper counts: `item 3`, `task-12`. */
const COUNTED = /(?<!\p{L})(?!(?:after|in|code|with|status|took)\b)(\p{L}+)[ -](\d+)(?!\d)/giu;

/** Whether a line speaks of another item than a line above it: `item 4` behind `item 3 exited with 1`. */
export function countsOn(above: LineShape, line: LineShape): boolean {
  const counted = ({ source = '', body }: LineShape) =>
    [...`${source} ${body}`.matchAll(COUNTED)].map(([, word = '', number]) => [word.toLowerCase(), number] as const);
  const before = new Map(counted(above));
  return counted(line).some(([word, number]) => before.has(word) && before.get(word) !== number);
}

/** The name that a program has put before a line, with its colon. */
export function nameOf(body: string): string | undefined {
  return /^[\w.-]+:(?= )/.exec(body)?.[0];
}

/** Whom a host names first of a crew: `sub-agent docs`, `seat 3`, `crew 'api'`. */
const MEMBER = /^(?:[\w.-]+: )?(sub-?agent|teammate|mate|crew|member|peer|profile|seat|pane|lane|slot) ['"]?([\w.-]+)/i;

/** Whether two lines begin with two members of one crew. */
function namesAnother(one: LineShape, other: LineShape): boolean {
  const [, kind, name] = MEMBER.exec(one.body) ?? [];
  const [, sameKind, otherName] = MEMBER.exec(other.body) ?? [];
  return kind !== undefined && kind === sameKind && name !== otherName;
}

/** A number that a host puts before what one of its runs says: `772: wrote 3 files`. */
const NUMBERED = /^#?(\d{2,}): \S/;

/** Whether a line begins with the number of another run than the one that a line above it counts: `772: …` behind `run 773 failed`. */
function numbersAnother(above: LineShape, line: LineShape): boolean {
  const number = NUMBERED.exec(line.body)?.[1];
  const counted = [...above.body.matchAll(COUNTED)].map(([, , one]) => one);
  return number !== undefined && !counted.includes(number) && counted.some((one) => one?.length === number.length);
}

/**
 * Whether a line speaks of another of a host's workers than a line above it: `hub: agent-5 accepted job 8` behind
 * `hub: agent-2: …`, `seat 4 in use` behind `seat 3: …`.
 */
export function speaksOfAnother(above: LineShape, line: LineShape): boolean {
  const name = nameOf(line.body);
  return (
    (name !== undefined && name === nameOf(above.body) && countsOn(above, line)) ||
    namesAnother(above, line) ||
    numbersAnother(above, line)
  );
}

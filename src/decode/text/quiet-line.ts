import { HEADING } from './asking-line.ts';
import { DULL, FIELDS, PIPED, PLAIN, TAKEN_OFF } from './bare-line.ts';

const [, FIELD = ''] = /^(.*)\|\^/.exec(FIELDS.source) ?? [];
/** A line begins with a mark, a time, a level, the name of a wrapper or a field of a log. */
const BEGINS = new RegExp(`^\\s*(?:(?!${bare(PLAIN)}|${bare(DULL)})\\S|${bare(TAKEN_OFF)}|${bare(PIPED)}|[\\w.]+=)`);
/** A status, a class of a module at the start, a colon or a question at the end, choices of a person, a field, a line that is overwritten. */
const HOLDS = new RegExp(
  [
    '(?<![\\w.])[45]\\d\\d(?!\\w)|^\\s*[\\w.]+\\s*=\\s.*[45]\\d\\d|^\\s*(?:[A-Z]\\w*\\s+)*[\\w$.:]*\\.[A-Z]|:\\s*$',
    '\\?["\')]?\\s*(?:[([][^)\\]]{1,60}[)\\]])?:?[\\s|]*$|[([]\\s*[Yy]',
    `${FIELD}|\\r.|\\[[\\d;]{1,12}m\\s*$`,
  ].join('|'),
);
/** Behind a mark of Markdown a line may begin with a name. */
const NAMED = /^\s*[*!]+ [a-z]/;

/** The source of a pattern without the anchor that it begins with. */
function bare({ source }: RegExp): string {
  return source.slice(1);
}

/**
 * Whether a line of ASCII is not `open` for `rawKind`, of which it is known that none of `TELLING` is in it. Most lines of
 * healthy output are told by this alone; some that are not open are not found.
 *
 * @param words as in `rawKind`
 */
export function isQuiet(line: string, words: boolean): boolean {
  if (words && (!DULL.test(line.trimStart()) || NAMED.test(line))) return false;
  return !BEGINS.test(line) && !HOLDS.test(line) && !HEADING.test(line);
}

import { retryInText } from '../failure/retry-wording.ts';
import { askedOnce } from './by-shape.ts';
import { endsTaskBadly } from './closing-lines.ts';
import type { LineShape } from './line-shape.ts';
import { goesWell } from './neutral-lines.ts';
import { SMALL_WORDS } from './prose.ts';
import { typedAtPrompt } from './shell-prompt.ts';
import { statementIn } from './statement-line.ts';
import { isTestOutput } from './test-output.ts';

const MAX_LINES = 80;
const MAX_CHARS = 16_384;
/** A screen or a report is hardly narrower. */
const NARROWEST = 40;
/** A wrapped line ends within a long word of the width. */
const RAGGED = 24;
/** Below this a line is wrapped only where its last word can't be the end of a sentence. */
const SHORT = 56;
const LAST_WORD = new RegExp(`(?:,|\\b(?:${SMALL_WORDS}))$`, 'i');
const TRACE = /^(?:at |File "|\.\.\. \d+ more|\^+|Traceback|node:internal|[\w$]+ ?\(.*:\d+:\d+\))/;

/** A row of a frame, with both edges. */
const FRAMED = /^\s*[│┃║].*[│┃║]\s*$/u;

/** A log's fields begin a line of their own. */
const FIELDS = /^[\w.-]+=\S+ [\w.-]+=/;

/** The heading of what is shown below. */
const RULED = /^-{3} .* -{3}$/;

/** The words of a statement with the lines that belong to it. */
export interface JoinedStatement {
  readonly message: string;
  /** The same where a wrap at the width may have cut words: rows that fill it are joined without a space. */
  readonly glued: string;
  /** The index of the last line that belongs to it. */
  readonly last: number;
}

/**
 * The words of a statement with the lines that belong to it: a body until its brackets close, a page of HTML, what follows a dangling
 * colon, a sentence that was wrapped at the width of the lines around, indented details. A line with a stamp, a level, a
 * label or a retry of its own never belongs to it. Pure and bounded.
 */
export function joinStatement(shapes: readonly LineShape[], at: number, message: string): JoinedStatement {
  const first = shapes[at] as LineShape;
  let known: number | undefined;
  const width = (): number => {
    known ??= widthOf(shapes, at);
    return known;
  };
  const brackets = createBracketCounter(message);
  const pageEnd = endOfPage(shapes, at, message);
  let joined = message;
  let glued = message;
  let last = at;
  let gap = 0;
  for (let next = at + 1; next < shapes.length && next <= at + MAX_LINES && joined.length < MAX_CHARS; next += 1) {
    const shape = shapes[next] as LineShape;
    const open = brackets.open() > 0 || next <= pageEnd;
    const dangling = /[:：]$| [-–—]$/.test(joined);
    if (shape.body === '') {
      gap += 1;
      if (!(open || dangling) || gap > 2) break;
      continue;
    }
    if (shape.stamped && !open && !(dangling && shape.level === undefined)) break;
    // Another wrapper's line carries nothing on.
    if (shape.source !== undefined && shape.source !== first.source && !open) break;
    // Below a failure's mark a client hangs its details by arrows.
    const hangs = first.glyph === 'fail' && shape.glyph === 'item' && shape.indent > first.indent;
    if (isTestOutput(shape) || shape.level !== undefined || (shape.glyph !== undefined && !open && !hangs)) break;
    if (
      !open &&
      (FIELDS.test(shape.text) ||
        RULED.test(shape.body) ||
        endsTaskBadly(shape) ||
        typedAtPrompt(shape.text) !== undefined)
    )
      break;
    const previous = shapes[next - 1] as LineShape;
    const cut = isCutInWord(shapes, next, width) && !/^\[?API Error\b/.test(shape.body);
    const wrapped = cut || isWrapped(previous, shape, first, width);
    const deeper = shape.indent > first.indent;
    if (!open && !dangling && !wrapped && !deeper) break;
    if (!open && endsStatement(shape) && !(isTail(shape) && LAST_WORD.test(previous.text))) break;
    if (!open && !wrapped && !dangling && !deeper && statementIn(shape)?.grade === 'label') break;
    joined += cut ? shape.body : ` ${shape.body}`;
    glued +=
      cut || (previous.text.length >= NARROWEST && previous.text.length === width()) ? shape.body : ` ${shape.body}`;
    brackets.add(cut ? shape.body : ` ${shape.body}`);
    last = next;
    gap = 0;
  }
  return { message: joined, glued, last };
}

/** The line with which a page of HTML ends that begins in a statement; -1 where none does, or it does not end. */
function endOfPage(shapes: readonly LineShape[], at: number, message: string): number {
  if (!/<(?:!doctype )?html\b/i.test(message)) return -1;
  const rows = shapes.slice(at + 1, at + 1 + MAX_LINES);
  const end = rows.findIndex(({ body }) => /<\/html>/i.test(body));
  return end === -1 ? -1 : at + 1 + end;
}

/** Whether a line says that the client tries again, or belongs to a trace. */
const endsStatement = askedOnce(({ body }: LineShape) => retryInText(body) !== undefined || TRACE.test(body));

/** Whether a line carries on the sentence of the one before, which was wrapped at the width of the lines around. */
function isWrapped(previous: LineShape, line: LineShape, first: LineShape, width: () => number): boolean {
  if (previous.text.length < NARROWEST || /[.!?]$/.test(previous.text)) return false;
  // A sentence that was wrapped goes on in small letters, or breaks off behind a word that can't be its last.
  const goesOn = /^[a-z(\d"'`/$-]/.test(line.body) || (previous.text.length >= SHORT && LAST_WORD.test(previous.text));
  // The width is asked last: it is that of a hundred lines.
  if (!goesOn || previous.text.length < width() - RAGGED) return false;
  const fitted = previous.text.length + 1 + firstWord(line.body).length <= width();
  if (fitted && /^[\w-]+: /.test(line.body)) return false;
  // The next message of the same kind begins like this one.
  if (firstWord(line.body) === firstWord(first.body)) return false;
  if (goesWell(line)) return false;
  if (isTail(line)) return true;
  if (previous.text.length < SHORT && !LAST_WORD.test(previous.text) && !FRAMED.test(line.raw)) return false;
  // What would have fitted was not wrapped.
  return !fitted || LAST_WORD.test(previous.text);
}

/** A last word or two, which no sentence consists of. */
function isTail({ text }: LineShape): boolean {
  return /^[\w-]{2,16}(?: [\w-]{2,12})?\.?$/.test(text);
}

/** A hard wrap cuts words exactly at the width: then several lines have that very length. A soft one leaves a space. */
function isCutInWord(shapes: readonly LineShape[], next: number, widthAround: () => number): boolean {
  const previous = shapes[next - 1] as LineShape;
  const { length } = previous.text;
  if (length < NARROWEST) return false;
  const two = shapes[next - 2]?.text.length === length || shapes[next]?.text.length === length;
  if (!two || !/[\w/"':,.-]$/.test(previous.text) || !/^\S/.test((shapes[next] as LineShape).text)) return false;
  return length === widthAround();
}

/** The width that the lines around a statement were wrapped at, as far as they tell: in a frame, those of the frame. */
function widthOf(shapes: readonly LineShape[], at: number): number {
  const isInFrame = FRAMED.test((shapes[at] as LineShape).raw);
  let width = 0;
  for (const shape of shapes.slice(Math.max(0, at - 40), at + MAX_LINES)) {
    if (isInFrame && !FRAMED.test(shape.raw)) continue;
    width = Math.max(width, lengthOf(shape));
  }
  return width;
}

const lengthOf = askedOnce(({ text }: LineShape) => Math.min(text.length, 200));

function firstWord(text: string): string {
  return /^\S{0,60}/.exec(text)?.[0].toLowerCase() ?? '';
}

/** How many brackets of a growing text are open, strings skipped. */
function createBracketCounter(start: string): { open(): number; add(text: string): void } {
  let depth = 0;
  let quoted = false;
  let escaped = false;
  const add = (text: string): void => {
    for (const char of text) {
      if (escaped) escaped = false;
      else if (char === '\\') escaped = true;
      else if (char === '"') quoted = !quoted;
      else if (quoted) continue;
      else if (char === '{' || char === '[') depth += 1;
      else if (char === '}' || char === ']') depth -= 1;
    }
  };
  add(start);
  return { open: () => depth, add };
}

import { retryInText } from '../failure/retry-wording.ts';
import type { LineShape } from './line-shape.ts';
import { statementIn } from './statement-line.ts';

const MAX_LINES = 80;
const MAX_CHARS = 16_384;
/** A screen or a report is hardly narrower. */
const NARROWEST = 40;
/** A wrapped line ends within a long word of the width. */
const RAGGED = 24;
const TRACE = /^(?:at |File "|\.\.\. \d+ more|\^+|Traceback|node:internal|[\w$]+ ?\(.*:\d+:\d+\))/;

/**
 * The words of a statement with the lines that belong to it: a body until its brackets close, what follows a dangling
 * colon, a sentence that was wrapped at the width of the lines around, indented details. A line with a stamp, a level, a
 * label or a retry of its own never belongs to it. Pure and bounded.
 */
export function joinStatement(
  shapes: readonly LineShape[],
  at: number,
  message: string,
): { readonly message: string; readonly last: number } {
  const first = shapes[at] as LineShape;
  const width = widthOf(shapes);
  let joined = message;
  let last = at;
  let gap = 0;
  for (let next = at + 1; next < shapes.length && next <= at + MAX_LINES && joined.length < MAX_CHARS; next += 1) {
    const shape = shapes[next] as LineShape;
    const open = bracketsOpen(joined) > 0;
    if (shape.body === '') {
      if (open || /[:：]$/.test(joined)) {
        gap += 1;
        if (gap > 2) break;
        continue;
      }
      break;
    }
    if (shape.stamped && !open) break;
    if (shape.level !== undefined || (shape.glyph !== undefined && !open)) break;
    const previous = shapes[next - 1] as LineShape;
    // A sentence that was wrapped goes on in small letters.
    const wrapped =
      previous.text.length >= Math.max(NARROWEST, width - RAGGED) &&
      !/[.!?]$/.test(previous.text) &&
      /^[a-z(\d"'`/-]/.test(shape.body) &&
      !/^[\w-]+: /.test(shape.body);
    const deeper = shape.indent > first.indent || /^\s/.test(shape.text);
    const dangling = /[:：]$/.test(joined);
    if (!open && !dangling && !wrapped && !deeper) break;
    if (!open && (retryInText(shape.body) || TRACE.test(shape.body))) break;
    if (!open && !wrapped && !dangling && statementIn(shape)?.grade === 'label' && !deeper) break;
    joined += splitsWord(previous, wrapped, width) ? shape.body : ` ${shape.body}`;
    last = next;
    gap = 0;
  }
  return { message: joined, last };
}

function widthOf(shapes: readonly LineShape[]): number {
  let width = 0;
  for (const { text } of shapes.slice(0, 400)) width = Math.max(width, Math.min(text.length, 200));
  return width;
}

/** A hard wrap cuts words exactly at the width; a soft one leaves a space. */
function splitsWord(previous: LineShape, wrapped: boolean, width: number): boolean {
  return wrapped && previous.text.length === width && width >= NARROWEST && /[\w/-]$/.test(previous.text) && false;
}

function bracketsOpen(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
  }
  return depth;
}

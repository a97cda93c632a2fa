import { normaliseText } from '../normalise-text.ts';
import { isErrorBody } from './error-body.ts';
import { joinStatement } from './join-statement.ts';
import { LINE_MAX, type LineShape, shapeLine } from './line-shape.ts';
import type { StatementLine } from './statement-line.ts';
import { speaksOfFailure } from './statement-words.ts';

/** An error's body that is printed over several lines, its opening bracket alone on the first. */
export function bodyAt(shapes: readonly LineShape[], at: number, hasAnswers: boolean): StatementLine | undefined {
  const { body, glyph, indent } = shapes[at] as LineShape;
  if (!/^\[?\{$/.test(body) || (glyph !== undefined && glyph !== 'fail') || indent >= 2) return undefined;
  const { message } = joinStatement(shapes, at, body);
  // What is all that a client prints may have keys of any name.
  const isWhole = !hasAnswers && shapes.slice(0, at).every((before) => before.body === '');
  return isErrorBody(asJson(message), isWhole) ? { grade: 'label', message: body, prefix: '' } : undefined;
}

/** An object as Node and Bun print it, `{ type: 'result' }`, with its keys in quotation marks as in JSON. */
function asJson(printed: string): string {
  return printed.replace(/([{,]\s*)([A-Za-z_]\w*): /g, '$1"$2": ');
}

/** The title of a box, or of a block of its own, in which a client prints its failure: `╭─ Error ───╮`, `ERROR`. */
const BOX_TITLE =
  /^(?:\s*[╭┌┏╔╒][─━═]+ (?:\w+ ){1,3}error [─━═]+[╮┐┓╗╕]?|[\s╭┌┏╔╒─━═-]*(?:error|fatal error|failed|fehler|erreur|erro)!?[\s╮┐┓╗╕─━═-]*|ERROR {2,}[A-Z]\w*(?: [A-Z]\w*){0,3}|\*\*Error (?:details|output|message):?\*\*|(?:[●⏺✖] |#{1,4} \[ERROR\] )?API Request Failed)$/i;

/** How many lines below the title of a box its words begin. */
export const BOX_WITHIN = 2;

export function isBoxTitle(text: string): boolean {
  return BOX_TITLE.test(text);
}

/** How a title ends, whatever stands before it, with the right edge of a frame behind it. */
const TITLE_END =
  /(?:error|failed|fehler|erreur|erro|\*\*error (?:details|output|message):?\*\*)!?[\s╮┐┓╗╕─━═│┃║▌▐-]*$/i;

const TITLE_WORDS = /error|failed|fehler|erreur|erro/i;

/** Whether a raw line is a title once frame, time and source are taken off. Its words and how it ends are enough for most. */
export function isRawBoxTitle(raw: string): boolean {
  return (
    TITLE_WORDS.test(raw) &&
    TITLE_END.test(normaliseText(raw.length > LINE_MAX ? raw.slice(0, LINE_MAX) : raw)) &&
    isBoxTitle(shapeLine(raw).text)
  );
}

/** A field of a report: `Model: Kestrel 2`. */
const FIELD = /^(?:Model|Provider|Status(?: Code)?|Request ID|Endpoint|Version): \S/;

/** The words below the title of a box. */
export function boxedAt(shapes: readonly LineShape[], at: number): StatementLine | undefined {
  const { body } = shapes[at] as LineShape;
  if (body === '' || isBoxTitle(body) || (FIELD.test(body) && !speaksOfFailure(body))) return undefined;
  const above = shapes.slice(Math.max(0, at - BOX_WITHIN), at).findLast((line) => line.body !== '');
  return above && isBoxTitle(above.text) ? { grade: 'label', message: body, prefix: '' } : undefined;
}

/** Whether a line is the title of a client's report on its failure, which begins with fields, or one further down in it. */
export function opensReport(shapes: readonly LineShape[], at: number): boolean {
  if (!isBoxTitle((shapes[at] as LineShape).body)) return false;
  const first = shapes.findIndex(({ body }) => isBoxTitle(body));
  return shapes.slice(first + 1, first + 1 + BOX_WITHIN).some(({ body }) => FIELD.test(body));
}

import type { LineShape } from './line-shape.ts';
import { isHelp, isNeutral } from './neutral-lines.ts';
import { isPersonal } from './prose.ts';
import { saysFailure, speaksOfFailure } from './statement-words.ts';

/** A point of a list. */
const POINT = /^\s*[-*•] \S/;
/** The same with a number, as clients count the ways out of a failure. */
const NUMBERED = /^\s*[1-9][.)] \S/;
/** A client says how many ways out there are: `You have two options:`. */
const OPTIONS = /\b(?:options|choices|ways to (?:continue|proceed|go on))[:：]$/i;

/** What it offers there: to pay, to wait, to log in. */
const WAY_OUT =
  /\b(?:upgrade|subscri\w+|plan|pricing|billing|credits?|wait|resets?|log ?in|sign ?in|API key|contact|switch)\b/i;

/** Whether a line is a point of a list that begins right below a statement, and speaks of a failure as well. */
export function isDetail(shapes: readonly LineShape[], last: number, at: number): boolean {
  const isPoint = ({ text }: LineShape) => POINT.test(text) && speaksOfLimit(text);
  return shapes.slice(last + 1, at + 1).every(isPoint);
}

function speaksOfLimit(text: string): boolean {
  return (speaksOfFailure(text) || saysFailure(text)) && !isPersonal(text) && !/\b(?:fix|test|retr)\w*/i.test(text);
}

/** Whether a line is a point of the list that a line of help announces: `To reduce input tokens:`, `You have two options:`. */
export function isListed(shapes: readonly LineShape[], at: number): boolean {
  const { text, body } = shapes[at] as LineShape;
  const mark = POINT.test(text) ? POINT : NUMBERED;
  if (!mark.test(text)) return false;
  const head = shapes.slice(0, at).findLast((above) => above.body !== '' && !mark.test(above.text));
  if (head === undefined || !/[:：]$/.test(head.body)) return false;
  if (mark === POINT) return isHelp(head) || isNeutral(head);
  return OPTIONS.test(head.body) && saysFailure(head.body) && WAY_OUT.test(body) && !isPersonal(body);
}

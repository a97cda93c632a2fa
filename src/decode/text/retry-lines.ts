import { isRetriesOver, retryInText } from '../failure/retry-wording.ts';
import { isBoxTitle } from './block-statement.ts';
import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';
import { statementIn } from './statement-line.ts';

/** How many lines of details a statement has at most. */
export const DETAILS = 30;

/** A shorter line was not wrapped. */
export const NARROW = 60;

export const retries = askedOnce(({ body }: LineShape) => retryInText(body) !== undefined);

/** Whether a line states a failure that its client retries: it says so there, or in the row that hangs below. */
export function hangsRetried(shapes: readonly LineShape[], at: number): boolean {
  const line = shapes[at] as LineShape;
  const below = shapes[at + 1];
  const isBelow = below !== undefined && below.indent > line.indent && retries(below);
  return (retries(line) || isBelow) && statementIn(line) !== undefined;
}

/** Whether the same words stand above or below a statement once more: what its client went on with has failed of the same. */
export function failsAgain(shapes: readonly LineShape[], at: number, last: number): boolean {
  const { body } = shapes[at] as LineShape;
  const around = [...shapes.slice(Math.max(0, at - DETAILS), at), ...shapes.slice(last + 1, last + 1 + DETAILS)];
  return around.some((line) => line.body === body);
}

/** Whether a line says that the client makes its last try: what it reports right below is how that went. */
const isLastTry = askedOnce(({ body }: LineShape) => {
  const { attempt, max } = retryInText(body) ?? {};
  return attempt !== undefined && attempt === max;
});

/** A client's words that it retries, behind which it names the reason, also where the line was wrapped. */
const REASON_BELOW =
  /\bretrying\b.*(?:\.\.\.|…|\b(?:as|as it|raised|because|due to|after|in|seconds))$|\bas it raised$/i;

/** Whether the client says below that its retries are over. */
export function isOverSoon(shapes: readonly LineShape[], last: number): boolean {
  return shapes.slice(last + 1, last + 6).some(({ body }) => isRetriesOver(body));
}

/** Whether a line counts the last of its tries: `API call failed (attempt 3/3): …`. */
const countsLast = askedOnce(({ body }: LineShape) => {
  const [, attempt, max] = /\b(?:attempt|retry|try)[ #:]*(\d+) ?(?:\/|of) ?(\d+)\b/i.exec(body) ?? [];
  return attempt !== undefined && attempt === max;
});

/** Whether a client says, with a failure's mark, that it gives up, right below the last of its tries and the details of that. */
export function givesUp(shapes: readonly LineShape[], at: number): boolean {
  const { glyph, body } = shapes[at] as LineShape;
  if (glyph !== 'fail' || !isRetriesOver(body)) return false;
  const head = shapes.slice(Math.max(0, at - DETAILS), at).findLast((line) => line.body !== '' && line.indent < 2);
  return head !== undefined && countsLast(head);
}

/** How much of a message its repetitions have in common. */
const BEGINNING = 16;

/** Whether the client tells why before it says that it retries: the same failure stands above its first retry too. */
function isToldFirst(shapes: readonly LineShape[], at: number, retry: LineShape): boolean {
  const beginning = (shapes[at] as LineShape).body.slice(0, BEGINNING);
  const before = shapes.slice(Math.max(0, at - DETAILS), shapes.lastIndexOf(retry, at));
  const firstRetry = before.findIndex(retries);
  const untilRetry = firstRetry === -1 ? before : before.slice(0, firstRetry);
  return untilRetry.some(({ body }) => body.startsWith(beginning));
}

/** Whether the client has just said that it retries: then it prints why. */
export function retriesBefore(shapes: readonly LineShape[], at: number): boolean {
  const above = shapes.slice(Math.max(0, at - 3), at).findLast(({ body }) => body !== '');
  if (above && (isLastTry(above) || isBoxTitle(above.text))) return false;
  if (above && /^retrying (?:in|after) [\d.]+/i.test(above.body)) return !isToldFirst(shapes, at, above);
  const { glyph, body, level } = shapes[at] as LineShape;
  const isCutOff =
    above &&
    level === undefined &&
    !/^\[API Error\b/.test(body) &&
    retries(above) &&
    above.text.length >= NARROW &&
    !/[.!?]$/.test(above.text) &&
    !body.startsWith(above.body.slice(0, 12));
  if (above === shapes[at - 1] && glyph !== 'fail' && above && (isCutOff || REASON_BELOW.test(above.body))) return true;
  // An indented line is a detail of the one that it stands under.
  const { indent } = shapes[at] as LineShape;
  if (indent < 2) return false;
  const under = shapes.slice(Math.max(0, at - DETAILS), at).findLast((line) => line.body !== '' && line.indent < 2);
  return under !== undefined && retries(under);
}

import { isErrorBody } from './error-body.ts';
import { joinStatement } from './join-statement.ts';
import type { LineShape } from './line-shape.ts';
import { REASON_WORDS } from './reason-words.ts';
import { retries } from './retry-lines.ts';
import { statementIn } from './statement-line.ts';

/** What names the reason below a failure: `Grund: …`. */
const REASON = new RegExp(`^(?:${REASON_WORDS})\\s*[:：]\\s*`, 'iu');

/** What a client tells a person of their login in a paragraph of its own: `Your GitHub token has expired. …` */
const OWN_LOGIN = /^Your (?:\S+ ){0,3}(?:token|key|credentials?|session|login|sign-in|subscription|plan|account)\b/;

/** Whether the paragraph below a client's labelled failure names the reason. */
function isReasonApart(shape: LineShape): boolean {
  return OWN_LOGIN.test(shape.body) && shape.level === undefined && statementIn(shape)?.grade === 'weak';
}

/** What a client explains right below its labelled failure: a line without a label of its own. */
export function explanation(shapes: readonly LineShape[], at: number): string | undefined {
  // Rust's chain of causes stands behind a blank line.
  if (shapes[at]?.body === '' && /^Caused by:$/.test(shapes[at + 1]?.body ?? '')) return chainBelow(shapes, at + 1);
  const paragraph = shapes[at]?.body === '' ? shapes[at + 1] : undefined;
  if (paragraph && isReasonApart(paragraph)) return paragraph.body;
  const shape = shapes[at];
  if (!shape || shape.body === '' || shape.stamped || shape.level !== undefined || retries(shape)) return undefined;
  if (/^[[{]/.test(shape.body)) {
    const { message } = joinStatement(shapes, at, shape.body);
    return isErrorBody(message) ? message : undefined;
  }
  if (/^Caused by:$/.test(shape.body)) return chainBelow(shapes, at);
  // Another exception, by its class: `BadResource: FileSystem.readFile (/etc/opencode/)`.
  if (/^[A-Z][a-z]+[A-Z]\w+: \S/.test(shape.body)) return shape.body;
  const named = REASON.exec(shape.body)?.[0];
  if (named) return shape.body.slice(named.length);
  return statementIn(shape)?.grade === 'weak' ? shape.body : undefined;
}

/** How many causes of a chain are read. */
const CHAIN = 6;

/** What Rust's programs print below `Caused by:`, indented, and with a number where there are several. */
function chainBelow(shapes: readonly LineShape[], at: number): string | undefined {
  const below = shapes.slice(at + 1, at + 1 + CHAIN);
  const end = below.findIndex(({ body, indent }) => body === '' || indent < 2);
  const chain = below.slice(0, end === -1 ? below.length : end).map(({ body }) => body.replace(/^\d: /, ''));
  return chain.length > 0 ? chain.join('\n') : undefined;
}

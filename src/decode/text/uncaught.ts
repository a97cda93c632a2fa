import type { LineShape } from './line-shape.ts';
import { isNeutral } from './neutral-lines.ts';
import { DETAILS } from './retry-lines.ts';

/** Behind what Node, Bun and Python print of an exception that nothing caught. */
const UNCAUGHT = /^(?:Node\.js|Bun) v\d/;

/** What stands right above one: the head of Python's trace, Node's words on a rejection, a program's own on its end. */
const UNCAUGHT_HEAD =
  /^Traceback \(most recent call last\):$|^This error originated either by throwing inside of an async function\b|\b(?:exiting|exited|stopping|dying|crashed)\b.{0,40}\b(?:uncaughtException|unhandledRejection|uncaught exception|unhandled rejection):?$/;

/** Whether an exception ended its program: the interpreter says so below it, or its trace stands above. */
export function isUncaught(shapes: readonly LineShape[], at: number, last: number): boolean {
  if (shapes.slice(last + 1, last + 12).some(({ body }) => UNCAUGHT.test(body))) return true;
  const above = shapes.slice(Math.max(0, at - DETAILS), at).findLast(({ indent, body }) => indent === 0 && body !== '');
  return above !== undefined && UNCAUGHT_HEAD.test(above.body);
}

/** Whether the trace of such an exception is the last that was said, and no log shows it: then its program died of it. */
export function isLastTrace(shapes: readonly LineShape[], at: number, last: number): boolean {
  const head = shapes.slice(0, at).findLastIndex(({ body }) => UNCAUGHT_HEAD.test(body));
  return head !== -1 && shapes[head - 1]?.level === undefined && shapes.slice(last + 1).every(isNeutral);
}

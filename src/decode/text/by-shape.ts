import type { LineShape } from './line-shape.ts';

/** The answer "undefined", where nothing is "not asked yet". */
const UNDEFINED = Symbol('undefined');

/** How many questions there are; each has its place among a line's answers. */
let questions = 0;

/**
 * The same question about a line, answered once: the lines around a statement are asked again for each statement, and a
 * hostile log has a million of them. Answers are forgotten with their lines.
 */
export function askedOnce<T>(ask: (shape: LineShape) => T): (shape: LineShape) => T {
  const question = questions;
  questions += 1;
  const answers = new WeakMap<LineShape, unknown[]>();
  return (shape) => {
    const known = shape.answers ?? answers.get(shape) ?? [];
    const before = known[question];
    if (before !== undefined) return (before === UNDEFINED ? undefined : before) as T;
    const answer = ask(shape);
    known[question] = answer === undefined ? UNDEFINED : answer;
    if (!shape.answers) answers.set(shape, known);
    return answer;
  };
}

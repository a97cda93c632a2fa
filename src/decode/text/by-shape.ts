import type { LineShape } from './line-shape.ts';

/** The answer "undefined", where nothing is "not asked yet". */
const UNDEFINED = Symbol('undefined');

/** How many questions there are; each has its place among a line's answers. */
let questions = 0;

/** What was found out about lines that do not keep it themselves. */
const answers = new WeakMap<LineShape, unknown[]>();

function answersAbout(shape: LineShape): unknown[] {
  let known = shape.answers ?? answers.get(shape);
  if (!known) {
    known = [];
    answers.set(shape, known);
  }
  return known;
}

/**
 * The same question about a line, answered once: the lines around a statement are asked again for each statement, and a
 * hostile log has a million of them. Answers are forgotten with their lines. For questions that are there for good.
 */
export function askedOnce<T>(ask: (shape: LineShape) => T): (shape: LineShape) => T {
  const question = questions;
  questions += 1;
  return (shape) => {
    const known = answersAbout(shape);
    const before = known[question];
    if (before !== undefined) return (before === UNDEFINED ? undefined : before) as T;
    const answer = ask(shape);
    known[question] = answer === undefined ? UNDEFINED : answer;
    return answer;
  };
}

/** The same for a question that comes and goes, as each rule set has its own: it is forgotten with all its answers. */
export function askedForNow<T>(ask: (shape: LineShape) => T): (shape: LineShape) => T {
  const told = new WeakMap<unknown[], { readonly answer: T }>();
  return (shape) => {
    const line = answersAbout(shape);
    const before = told.get(line);
    if (before) return before.answer;
    const answer = ask(shape);
    told.set(line, { answer });
    return answer;
  };
}

import type { LineShape } from './line-shape.ts';

/**
 * The same question about a line, answered once: the lines around a statement are asked again for each statement, and a
 * hostile log has a million of them. Answers are forgotten with their lines.
 */
export function askedOnce<T>(ask: (shape: LineShape) => T): (shape: LineShape) => T {
  const answers = new WeakMap<LineShape, { readonly answer: T }>();
  return (shape) => {
    const known = answers.get(shape);
    if (known) return known.answer;
    const answer = ask(shape);
    answers.set(shape, { answer });
    return answer;
  };
}

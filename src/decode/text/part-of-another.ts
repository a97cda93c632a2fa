import { bodyAt } from './block-statement.ts';
import { joinStatement } from './join-statement.ts';
import type { LineShape } from './line-shape.ts';
import { statementAt } from './line-statement.ts';
import { DETAILS, retries } from './retry-lines.ts';
import { isPanic } from './statement-label.ts';
import { statementIn } from './statement-line.ts';
import type { TextSource } from './text-source.ts';

/** Whether a line stands in a body that is printed over several lines. */
function isInBody(shapes: readonly LineShape[], at: number, hasAnswers: boolean): boolean {
  if ((shapes[at] as LineShape).indent === 0) return false;
  const head = shapes
    .slice(Math.max(0, at - DETAILS), at)
    .findLastIndex(({ indent, body }) => indent === 0 && body !== '');
  if (head === -1) return false;
  const first = Math.max(0, at - DETAILS) + head;
  const body = bodyAt(shapes, first, hasAnswers);
  return body !== undefined && joinStatement(shapes, first, body.message).last >= at;
}

/** Whether a line belongs to a statement above it, which says it already. */
export function isPartOfAnother(shapes: readonly LineShape[], at: number, { known, hasAnswers }: TextSource): boolean {
  if (isInBody(shapes, at, hasAnswers)) return true;
  // Of which a pack knows that it is its client's last word.
  if (known(shapes[at] as LineShape)?.final === 'yes') return false;
  for (let above = at - 1; above >= 0 && above >= at - DETAILS; above -= 1) {
    const line = statementAt(shapes[above] as LineShape, known);
    // What stands below the place of a panic states the failure itself.
    if (!line || isPanic((shapes[above] as LineShape).body)) continue;
    const { last } = joinStatement(shapes, above, line.message);
    const form = statementIn(shapes[at] as LineShape)?.grade;
    // What a log announces by a colon, and its client then says itself, is the client's word.
    if (last >= at) return !(line.grade === 'log' && above === at - 1 && (form === 'label' || repeats(shapes, at)));
    // What a client explains right below its labelled failure is part of it.
    const isStrong = ['label', 'chain', 'banner'].includes(line.grade) && !retries(shapes[above] as LineShape);
    return isStrong && last === at - 1 && (form === undefined || form === 'weak');
  }
  return false;
}

/** Whether a line begins with the words that the log above it ends with: `… - Provider error:`, `Provider error: refused`. */
function repeats(shapes: readonly LineShape[], at: number): boolean {
  const announced = (shapes[at - 1] as LineShape).body.split(' - ').at(-1) ?? '';
  return announced.endsWith(':') && (shapes[at] as LineShape).body.startsWith(announced);
}

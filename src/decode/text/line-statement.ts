import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';
import { beginsWithName } from './program-name.ts';
import { saysEnded } from './run-endings.ts';
import { isBareException } from './statement-label.ts';
import { isField, type StatementLine, statementIn } from './statement-line.ts';
import { isWeakStatement, saysFailure } from './statement-words.ts';
import type { KnownStatement, TextSource } from './text-source.ts';

const isFieldLine = askedOnce(({ body }: LineShape) => isField(body));

/** What a line states: a pack's own statement before what its form says. */
export function statementAt(shape: LineShape, known: KnownStatement): StatementLine | undefined {
  if (shape.isMute || isFieldLine(shape)) return undefined;
  const byForm = statementIn(shape);
  const byPack = known(shape);
  if (!byPack) return byForm;
  // A program may log its own end at level info.
  if (!byForm)
    return shape.level === 'debug' || (shape.level === 'info' && byPack.final !== 'yes') ? undefined : byPack;
  if (byPack.grade === 'label') return byPack;
  // A client that logs its own banner says the same.
  if (byForm.grade === 'log' && shape.level === 'error' && shape.logger === undefined) return byPack;
  return byForm.grade === 'weak' ? { ...byForm, grade: byPack.grade } : byForm;
}

/** A line that no form marks, but that is the first thing said on its channel and speaks of a failure. */
export function firstWords(shapes: readonly LineShape[], at: number): StatementLine | undefined {
  const { body, stamped, level } = shapes[at] as LineShape;
  if (stamped || level !== undefined || !/^(?:\p{L}|[45]\d\d\b)/u.test(body) || !saysFailure(body) || isField(body))
    return undefined;
  if (shapes.slice(0, at).some((before) => before.body !== '')) return undefined;
  return isWeakStatement(body, true) || /^[45]\d\d\b/.test(body) || isForeignNotice(body)
    ? { grade: 'weak', message: body, prefix: '' }
    : undefined;
}

/** The name of an exception, alone below the trace that it ended. */
export function bareException(shapes: readonly LineShape[], at: number): StatementLine | undefined {
  const { body, indent } = shapes[at] as LineShape;
  if (indent > 0 || !isBareException(body)) return undefined;
  const head = shapes.slice(0, at).findLast((above) => above.body !== '' && above.indent === 0);
  return head && /^Traceback \(most recent call last\):$/.test(head.body)
    ? { grade: 'label', message: body, prefix: '' }
    : undefined;
}

/** Whether a line of another script is a short notice: it quotes nothing, and no person speaks in it. */
function isForeignNotice(body: string): boolean {
  return /^[^\x00-\x7f]/.test(body) && body.length <= 80 && !/["'`「『«]|我|私|僕|저는|나는|я /i.test(body);
}

/**
 * A line that begins with its program's name: `agy: sign-in expired`. Where only the client writes, or the name is the
 * runtime's, its words may speak of a failure; elsewhere on a host's output it must say that the work is over.
 */
export function namedWords(
  shape: LineShape,
  { name, isClientOnly, hasAnswers }: TextSource,
): StatementLine | undefined {
  const { level, source, body } = shape;
  if (level !== undefined || isField(body)) return undefined;
  const found = beginsWithName(body);
  if (!found && source === undefined) return undefined;
  const isOwn = isClientOnly || (found !== undefined && name.split('-')[0] === found.name.split(/[-./]/)[0]);
  if (hasAnswers && !isOwn) return undefined;
  const words = found ? body.slice(found.length) : body;
  if (!(isOwn && saysFailure(words)) && !saysEnded(shape)) return undefined;
  return { grade: 'weak', message: words, prefix: found?.name ?? '' };
}

import { saysRetriesOver } from '../failure/retry-wording.ts';
import { isHeld } from './held-blocks.ts';
import { joinStatement } from './join-statement.ts';
import type { LineShape } from './line-shape.ts';
import { statementAt } from './line-statement.ts';
import { readAbove } from './lines-above.ts';
import { isNeutral } from './neutral-lines.ts';
import { AFTER_PROSE, quotationOf, selfQuotation, TOOLS } from './quotation.ts';
import { retries } from './retry-lines.ts';
import { saysEnded } from './run-endings.ts';
import type { StatementLine } from './statement-line.ts';
import type { KnownStatement, TextSource } from './text-source.ts';
import { isShown, isUnderCommand } from './tool-blocks.ts';

/** How many lines above the words that its work is over a program names the reason. */
const REASON_WITHIN = 8;

/** How many lines that say nothing of the run a client prints behind its failure. */
export const INDIFFERENT = 2;

/** A statement that stands above the words that the work is over. */
export interface Reason {
  readonly line: StatementLine;
  readonly at: number;
}

/** The statement that stands above a program's words that its work is over: it is the reason. */
export function statementAbove(shapes: readonly LineShape[], at: number, known: KnownStatement): Reason | undefined {
  const ending = shapes[at] as LineShape;
  // Behind the last of its tries a program names the reason of each.
  const isGivenUp = saysRetriesOver(ending.body) && !/\b(?:gave|giving) up on\b/.test(ending.body);
  let others = 0;
  for (let above = at - 1; above >= 0 && above >= at - REASON_WITHIN; above -= 1) {
    const shape = shapes[above] as LineShape;
    const line = statementAt(shape, known);
    // Who has tried again since, or begun to work, ends for another reason, or for none.
    if (ending.level === 'info' && !isGivenUp && (retries(shape) || beginsWork(shape))) return undefined;
    if (isAnother(ending, shape)) continue;
    if (line && (isGivenUp || !retries(shape)))
      return { line: { ...line, message: joinStatement(shapes, above, line.message).message }, at: above };
    if (!line && !isNeutral(shape) && !saysEnded(shape) && shape.indent < 2) others += 1;
    if (others > INDIFFERENT) return undefined;
  }
  return undefined;
}

/** Whether a program logs that it takes its next step or begins its work: `service=session.prompt step=1 loop`, `service=session id=ses_1 created`. */
function beginsWork({ level, body }: LineShape): boolean {
  return level === 'info' && /\bstep[= #]\d+\b|\bsession\b.*\b(?:created|started|resumed)\b/i.test(body);
}

/** Whether two lines are of two workers, which a number tells apart: `[agent-7]`, `[agent-8]`. */
function isAnother(one: LineShape, other: LineShape): boolean {
  const [a = '', b = ''] = [one.source ?? one.logger, other.source ?? other.logger];
  const stem = (name: string) => name.replace(/\d+/g, '#');
  return a !== b && /\d/.test(a) && stem(a) === stem(b) && !/:\d/.test(a);
}

/** Why a program's words that its work is over are a quotation. The reason may be its tool's: then it is no command's output. */
export function quotationOfEnding(
  shapes: readonly LineShape[],
  at: number,
  reason: Reason,
  source: TextSource,
): string | undefined {
  const shape = shapes[at] as LineShape;
  const own = isHeld(shapes, at) ? TOOLS : selfQuotation(shape, false);
  const quotation = own ?? quotationOf(shapes, reason.at, reason.line, source);
  if (isShown(shapes[reason.at] as LineShape)) return TOOLS;
  if (quotation !== TOOLS || own || isUnderCommand(shapes, at)) return quotation;
  // Below prose both lines may be a part of the answer.
  const { introduced, prose } = readAbove(shapes, reason.at);
  return introduced ? 'announced' : prose && source.hasAnswers ? AFTER_PROSE : undefined;
}

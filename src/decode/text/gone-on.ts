import { isRetriesOver } from '../failure/retry-wording.ts';
import { isHarmless } from './about-messages.ts';
import type { LineShape } from './line-shape.ts';
import { statementAt } from './line-statement.ts';
import { goesWell, isHelp, isNeutral } from './neutral-lines.ts';
import { isSentence, isWritten } from './prose.ts';
import { selfQuotation } from './quotation.ts';
import { INDIFFERENT } from './reason-above.ts';
import { NARROW, retries } from './retry-lines.ts';
import { isNamed, saysEnded } from './run-endings.ts';
import { isSideChannel } from './side-channel.ts';
import { isTestOutput } from './test-output.ts';
import type { TextSource } from './text-source.ts';

/** More lines than this behind a statement are not gone through: the run has gone on. */
const LOOK_AHEAD = 200;

/** Behind a flood of further failures the last ones speak for the run. */
const FLOOD = 40;

/** A line of a source that a parser shows: `1 | {`, `  | ^`. */
const EXCERPT = /^\s*\d*\s*\|(?:\s|$)/;

/** An ending of no more words is no sentence of a model's. */
const MODEST = 3;

/** Why the run went on behind a statement: it says so by anything but a host's notices and further failures. */
export function goneOn(
  shapes: readonly LineShape[],
  {
    first,
    last,
    said,
    helps,
    isEnded,
  }: { first: number; last: number; said: string; helps: boolean; isEnded: boolean },
  { known, isClientOnly, hasAnswers }: TextSource,
): string | undefined {
  const banner = shapes[first]?.body;
  let further = 0;
  let indifferent = 0;
  for (let at = last + 1; at < shapes.length; at += 1) {
    if (at > last + LOOK_AHEAD || further > FLOOD) return 'went on';
    const shape = shapes[at] as LineShape;
    if (retries(shape)) return 'retried';
    if (shape.body === banner) {
      further += 1;
      continue;
    }
    if (isTestOutput(shape)) return 'the output of a test';
    if (shape.level !== 'debug' && (goesWell(shape) || isHarmless(shape.body))) return 'went on';
    if (saysEnded(shape) && (!hasAnswers || isNamed(shape) || shape.body.split(/\s+/).length <= MODEST)) continue;
    // A line of help that was wrapped.
    const previous = shapes[at - 1] as LineShape;
    if (
      previous.text.length >= NARROW &&
      /^[a-z(]/.test(shape.body) &&
      (isNeutral(previous) || (helps && isHelp(previous)))
    )
      continue;
    if (isNeutral(shape) || isSideChannel(`${shape.source ?? ''} ${shape.body}`) || isRetriesOver(shape.body)) continue;
    // What a program that has said that it ends logs behind it, it logs on its way out.
    if (isEnded && shape.level === 'info') continue;
    if (shape.level === 'info') return 'went on';
    // A client that prints a body and then its words says the same thing twice.
    if (shape.body.length >= 12 && said.includes(shape.body)) continue;
    if (helps && isHelp(shape)) continue;
    // What a parser says below the line that it shows.
    if (EXCERPT.test(shapes[at - 1]?.text ?? '')) continue;
    const next = statementAt(shape, known);
    further += 1;
    if (next && (next.grade !== 'weak' || (at === last + 1 && !selfQuotation(shape, true)))) continue;
    indifferent += 1;
    // A part of a program that has a name, and sentences, tell of work that goes on.
    const isWork = shape.logger !== undefined || isWritten(shape) || isSentence(shape);
    if (isClientOnly && indifferent <= INDIFFERENT && !isWork) continue;
    return 'went on';
  }
  return undefined;
}

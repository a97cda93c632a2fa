import type { Failure } from '../failure/failure.ts';
import { readFailure } from '../failure/read-failure.ts';
import { saysRetriesOver } from '../failure/retry-wording.ts';
import { beginsQuoted, isAboutMessages, isHarmless, isQuoted } from './about-messages.ts';
import { bodyAt, boxedAt } from './block-statement.ts';
import { closesJob, isClosed, isRunnersVerdict } from './closing-lines.ts';
import { explanation } from './explanation.ts';
import { goneOn } from './gone-on.ts';
import { joinStatement } from './join-statement.ts';
import type { LineShape } from './line-shape.ts';
import { bareException, firstWords, namedWords, statementAt } from './line-statement.ts';
import { isPartOfAnother } from './part-of-another.ts';
import { isPersonal } from './prose.ts';
import { AFTER_PROSE, quotationOf, TOOLS } from './quotation.ts';
import { quotationOfEnding, type Reason, statementAbove } from './reason-above.ts';
import { failsAgain, givesUp, isOverSoon, retriesBefore } from './retry-lines.ts';
import { isSourceCode } from './source-code.ts';
import type { StatementLine } from './statement-line.ts';
import { isAboutWork } from './statement-words.ts';
import type { TextSource } from './text-source.ts';
import { isLastTrace, isUncaught } from './uncaught.ts';
import { type Waiting, waitingAt } from './waiting-menu.ts';
import { hintsBelow, offersWayOut, wayOutAt } from './way-out.ts';
import { endsRun, isHostsEnding } from './whose-ending.ts';

/** A failure that lines of plain text state. */
export interface TextFailure {
  readonly grade: StatementLine['grade'];
  readonly failure: Failure;
  /** The lines it takes up, as indices into the lines that were read, both included. */
  readonly first: number;
  readonly last: number;
  /** The program says in words that its work is over: `giving up`, `exiting with 75`, `run cancelled`. */
  readonly isEnded: boolean;
  /** Why it says nothing of the run: a quotation, a tool's, or the run went on. Undefined where it stands. */
  readonly cancelled?: string;
}

/** A sample with what becomes of it: `401 {…} -> auth`. */
const ARROW = /[}\]] ?(?:->|=>|→) \w/;

/**
 * The failure that the line at `at` states, with the lines that belong to it, in the light of the lines around.
 * Undefined where the line states none. Pure.
 *
 * @param shapes lines of one text stream in order, as far as they are known
 */
export function readTextFailure(shapes: readonly LineShape[], at: number, source: TextSource): TextFailure | undefined {
  return readTextStatement(shapes, at, source)?.weigh();
}

/** A statement that has been read, but not yet weighed against the lines around it, which is the greater part of the work. */
export interface TextStatement {
  readonly failure: Failure;
  /** Prose could begin like it: no label, no host's phrase and no level stands before its words. */
  readonly isSoft: boolean;
  weigh(): TextFailure;
}

/** The same as `readTextFailure`, in two steps. */
export function readTextStatement(
  shapes: readonly LineShape[],
  at: number,
  source: TextSource,
): TextStatement | undefined {
  const { known, isAgent, hasAnswers } = source;
  const shape = shapes[at];
  if (!shape || (isSourceCode(shape) && !known(shape))) return undefined;
  const waiting = waitingAt(shapes, at, source);
  if (waiting) {
    // What a client offers below its failure belongs to the failure.
    const reason = wayOutAt(shapes, at, source) && statementAbove(shapes, at, known);
    return reason && reason.line.grade !== 'log' ? undefined : waitingStatement(at, waiting);
  }
  const line =
    statementAt(shape, known) ??
    bodyAt(shapes, at, hasAnswers) ??
    boxedAt(shapes, at) ??
    bareException(shapes, at) ??
    (isAgent ? firstWords(shapes, at) : undefined) ??
    namedWords(shape, source);
  const isEnded = endsRun(shapes, at, source, line) || closesJob(shape) || givesUp(shapes, at);
  const above = isEnded ? statementAbove(shapes, at, known) : undefined;
  if (!(line || above) || (!above && isPartOfAnother(shapes, at, source))) return undefined;
  const grade = above ? 'chain' : (line as StatementLine).grade;
  const joined = joinStatement(shapes, at, line?.message ?? shape.body);
  const explained = grade === 'label' || grade === 'chain' ? explanation(shapes, joined.last + 1) : undefined;
  const message = explained === undefined ? joined.message : `${joined.message}\n${explained}`;
  const { last } = joined;
  const isThrown = grade === 'label' && isUncaught(shapes, at, last);
  const isDead = isThrown && !hasAnswers && isLastTrace(shapes, at, last);
  const failure = readFailure({
    message: above ? `${above.line.message}\n${message}` : message,
    ...(joined.glued !== joined.message && { glued: joined.glued }),
    prefix: [above?.line.prefix, toolServerOf(shape), line?.prefix].filter(Boolean).join(' '),
    whole: shape.body,
    ...(isThrown && { codes: ['UncaughtException'] }),
    ...(line?.final !== undefined && { final: line.final }),
  });
  let weighed: TextFailure | undefined;
  const weigh = () => {
    weighed ??= weighNow();
    return weighed;
  };
  const weighNow = (): TextFailure => {
    const cancelled = cancellationOf(
      shapes,
      { grade, failure, first: at, last, isEnded, line, above, message },
      source,
    );
    return {
      grade,
      failure,
      first: at,
      last,
      isEnded: isEnded || isDead,
      ...(cancelled !== undefined && { cancelled }),
    };
  };
  const isSoft = !above && grade === 'weak' && line?.prefix === '' && shape.level === undefined;
  return { failure, isSoft, weigh };
}

/** The logger of what talks to a tool server: whose login failed there is not told by the words. */
function toolServerOf({ logger }: LineShape): string | undefined {
  return logger !== undefined && /mcp\b/i.test(logger) ? logger : undefined;
}

/** The words by which causes know a client that waits for a person; what it asks may name any other cause. */
const WAITS = 'waiting for input';

/** A client that asks a person waits until the run is ended. */
function waitingStatement(at: number, { last, cancelled }: Waiting): TextStatement {
  const failure: Failure = { message: WAITS, codes: [], final: 'unknown' };
  const read = { grade: 'banner' as const, failure, first: at, last, isEnded: false };
  return { failure, isSoft: false, weigh: () => ({ ...read, ...(cancelled !== undefined && { cancelled }) }) };
}

interface Read extends Omit<TextFailure, 'cancelled'> {
  readonly line: StatementLine | undefined;
  readonly above: Reason | undefined;
  /** Its words with the lines that belong to it, without the reason above. */
  readonly message: string;
}

/** What Gemini CLI calls an error that it does not retry. */
const TERMINAL = /^Terminal\w*Error$/;

/** Why a statement says nothing of the run; undefined where it stands. */
function cancellationOf(
  shapes: readonly LineShape[],
  { grade, failure, first: at, last, isEnded, line, above, message }: Read,
  source: TextSource,
): string | undefined {
  const helps = grade === 'label' || grade === 'chain' || grade === 'banner';
  const quotation = above
    ? quotationOfEnding(shapes, at, above, source)
    : quotationOf(shapes, at, line as StatementLine, source);
  // Lines that no model writes close the run below it: then it was no part of an answer.
  const isHosts =
    (isHostsEnding(shapes, at) && isAboutWork((shapes[at] as LineShape).body)) || isRunnersVerdict(shapes, at);
  const isPart =
    quotation === AFTER_PROSE &&
    !isHosts &&
    !isClosed(shapes, at) &&
    !offersWayOut(shapes, last, source) &&
    !hintsBelow(shapes, at) &&
    !(above && stands(shapes, above.at, source));
  const isFirst = quotation === undefined;
  const wentOn = () => {
    const read = { first: at, last, said: failure.message, helps, isEnded: isEnded || line?.final === 'yes', isFirst };
    const gone = goneOn(shapes, read, source);
    return gone === 'went on' && helps && failsAgain(shapes, at, last) ? 'retried' : gone;
  };
  // Only clients say that they try again: a tool's block above it is over.
  const others =
    quotation === TOOLS && failure.retrying
      ? 'retried'
      : quotation === TOOLS && line?.final === 'yes' && isClosed(shapes, at)
        ? undefined
        : quotation;
  const isOver =
    isEnded ||
    failure.codes.some((code) => TERMINAL.test(code)) ||
    ((helps || grade === 'weak') && saysRetriesOver(`${line?.prefix ?? ''} ${message}`)) ||
    isOverSoon(shapes, last);
  // That prose stands before it is the weakest reason: what follows says more.
  return (
    (others === AFTER_PROSE ? undefined : others) ??
    ((line?.final === undefined && isToldOf(message, source)) ||
    (line?.grade === 'weak' && isQuotation(shapes, { at, last, line, message }))
      ? 'about messages'
      : undefined) ??
    (retriesBefore(shapes, at) && !isOver ? 'retried' : undefined) ??
    wentOn() ??
    (isPart ? AFTER_PROSE : undefined)
  );
}

/** Whether a statement that is the reason of an ending below it stands by itself. */
function stands(shapes: readonly LineShape[], at: number, source: TextSource): boolean {
  const reading = readTextFailure(shapes, at, source);
  return reading !== undefined && reading.cancelled === undefined;
}

/** Whether the words of a statement, with the lines that they were wrapped over, tell of a failure instead of stating one. */
function isToldOf(message: string, { isClientOnly }: TextSource): boolean {
  const words = message.replace(/\{.*\}/gs, '');
  return ARROW.test(message) || (!isClientOnly && (isPersonal(words) || isHarmless(words)));
}

/** Whether what prose could begin like is a quotation as a whole, or quotes a failure in a row that it was wrapped to. */
function isQuotation(
  shapes: readonly LineShape[],
  { at, last, line, message }: { at: number; last: number; line: StatementLine; message: string },
): boolean {
  if (isQuoted(message) || shapes.slice(at + 1, last + 1).some(({ body }) => beginsQuoted(body))) return true;
  const isSoft = line.prefix === '' && shapes[at]?.level === undefined;
  return isSoft && isAboutMessages(message, true);
}

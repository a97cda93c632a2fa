import type { Failure } from '../failure/failure.ts';
import { readFailure } from '../failure/read-failure.ts';
import { isRetriesOver, retryInText } from '../failure/retry-wording.ts';
import { isHarmless, isQuoted } from './about-messages.ts';
import { askedOnce } from './by-shape.ts';
import { isErrorBody } from './error-body.ts';
import { joinStatement } from './join-statement.ts';
import type { LineShape } from './line-shape.ts';
import { goesWell, isHelp, isNeutral } from './neutral-lines.ts';
import { beginsWithName } from './program-name.ts';
import { isPersonal, isSentence, isWritten } from './prose.ts';
import { AFTER_PROSE, quotationOf, selfQuotation, TOOLS } from './quotation.ts';
import { endsWork, isNamed, saysEnded } from './run-endings.ts';
import { isSideChannel } from './side-channel.ts';
import { isField, type StatementLine, statementIn } from './statement-line.ts';
import { isWeakStatement, saysFailure } from './statement-words.ts';
import { isTestOutput } from './test-output.ts';
import { isUnderCommand } from './tool-blocks.ts';

/** What a pack knows of a line: that it is one of its statements or a client's banner. */
export type KnownStatement = (shape: LineShape) => StatementLine | undefined;

/** What the reader has to know of the stream's program. */
export interface TextSource {
  /** The runtime's name: a line that begins with it is the runtime's own. */
  readonly name: string;
  readonly known: KnownStatement;
  /** Only an agent writes there. On a host's output everybody does, and a first line proves nothing. */
  readonly isAgent: boolean;
  /** The model's answer stands on the same channel. */
  readonly hasAnswers: boolean;
  /** Only the client writes there, as on the stderr of agents that answer on stdout. */
  readonly isClientOnly: boolean;
}

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

/** More lines than this behind a statement are not gone through: the run has gone on. */
const LOOK_AHEAD = 200;
/** Behind a flood of further failures the last ones speak for the run. */
const FLOOD = 40;
/** A sample with what becomes of it: `401 {…} -> auth`. */
const ARROW = /[}\]] ?(?:->|=>|→) \w/;
/** How many lines of details a statement has at most. */
const DETAILS = 30;
/** A line of a source that a parser shows: `1 | {`, `  | ^`. */
const EXCERPT = /^\s*\d*\s*\|(?:\s|$)/;

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
  if (!shape) return undefined;
  const line =
    statementAt(shape, known) ??
    bodyAt(shapes, at, hasAnswers) ??
    boxedAt(shapes, at) ??
    (isAgent ? firstWords(shapes, at) : undefined) ??
    namedWords(shape, source);
  // A part of a program that has a name logs its own end.
  const isWhole = shape.logger === undefined || shape.logger === shape.source;
  const isOver = shape.level === 'fatal' || (isWhole && (endsWork(shape) || isHostsEnding(shapes, at)));
  const isEnded = isOver && (!hasAnswers || isNamed(shape));
  const above = isEnded ? statementAbove(shapes, at, known) : undefined;
  if (!(line || above) || (!above && isPartOfAnother(shapes, at, known))) return undefined;
  const grade = above ? 'chain' : (line as StatementLine).grade;
  const joined = joinStatement(shapes, at, line?.message ?? shape.body);
  const explained = grade === 'label' || grade === 'chain' ? explanation(shapes, joined.last + 1) : undefined;
  const message = explained === undefined ? joined.message : `${joined.message}\n${explained}`;
  const { last } = joined;
  const isThrown = grade === 'label' && isUncaught(shapes, at, last);
  const failure = readFailure({
    message: above ? `${above.line.message}\n${message}` : message,
    prefix: [above?.line.prefix, line?.prefix].filter(Boolean).join(' '),
    whole: shape.body,
    ...(isThrown && { codes: ['UncaughtException'] }),
    ...(line?.final !== undefined && { final: line.final }),
  });
  const weigh = () => {
    const cancelled = cancellationOf(
      shapes,
      { grade, failure, first: at, last, isEnded, line, above, message },
      source,
    );
    return { grade, failure, first: at, last, isEnded, ...(cancelled !== undefined && { cancelled }) };
  };
  return { failure, weigh };
}

interface Read extends Omit<TextFailure, 'cancelled'> {
  readonly line: StatementLine | undefined;
  readonly above: Reason | undefined;
  /** Its words with the lines that belong to it, without the reason above. */
  readonly message: string;
}

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
  const wentOn = () => goneOn(shapes, { first: at, last, said: failure.message, helps, isEnded }, source);
  // Only clients say that they try again: a tool's block above it is over.
  const others = quotation === TOOLS && failure.retrying ? 'retried' : quotation;
  // That prose stands before it is the weakest reason: what follows says more.
  return (
    (others === AFTER_PROSE ? undefined : others) ??
    (isToldOf(message, source) || (grade === 'weak' && isQuoted(message)) ? 'about messages' : undefined) ??
    (retriesBefore(shapes, at) && !isOverSoon(shapes, last) ? 'retried' : undefined) ??
    wentOn() ??
    quotation
  );
}

/** Whether the words of a statement, with the lines that they were wrapped over, tell of a failure instead of stating one. */
function isToldOf(message: string, { isClientOnly }: TextSource): boolean {
  const words = message.replace(/\{.*\}/gs, '');
  return ARROW.test(message) || (!isClientOnly && (isPersonal(words) || isHarmless(words)));
}

/** Whether another wrapper than the one of the line above says that the work is over. */
function isHostsEnding(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  return at > 0 && shape.source !== undefined && shape.source !== shapes[at - 1]?.source && saysEnded(shape);
}

/** How many lines above the words that its work is over a program names the reason. */
const REASON_WITHIN = 8;

/** A statement that stands above the words that the work is over. */
interface Reason {
  readonly line: StatementLine;
  readonly at: number;
}

/** The statement that stands above a program's words that its work is over: it is the reason. */
function statementAbove(shapes: readonly LineShape[], at: number, known: KnownStatement): Reason | undefined {
  let others = 0;
  for (let above = at - 1; above >= 0 && above >= at - REASON_WITHIN; above -= 1) {
    const shape = shapes[above] as LineShape;
    const line = statementAt(shape, known);
    if (line && !retries(shape))
      return { line: { ...line, message: joinStatement(shapes, above, line.message).message }, at: above };
    if (!line && !isNeutral(shape) && !saysEnded(shape) && shape.indent < 2) others += 1;
    if (others > INDIFFERENT) return undefined;
  }
  return undefined;
}

/** Why a program's words that its work is over are a quotation. The reason may be its tool's: then it is no command's output. */
function quotationOfEnding(
  shapes: readonly LineShape[],
  at: number,
  reason: Reason,
  source: TextSource,
): string | undefined {
  const shape = shapes[at] as LineShape;
  const own = selfQuotation(shape, false);
  const quotation = own ?? quotationOf(shapes, reason.at, reason.line, source);
  return quotation === TOOLS && !own && !isUnderCommand(shapes, at) ? undefined : quotation;
}

const isFieldLine = askedOnce(({ body }: LineShape) => isField(body));

/** What a line states: a pack's own statement before what its form says. */
export function statementAt(shape: LineShape, known: KnownStatement): StatementLine | undefined {
  if (shape.isMute || isFieldLine(shape)) return undefined;
  const byForm = statementIn(shape);
  const byPack = known(shape);
  if (!byPack) return byForm;
  if (!byForm) return shape.level === 'debug' || shape.level === 'info' ? undefined : byPack;
  if (byPack.grade === 'label') return byPack;
  // A client that logs its own banner says the same.
  if (byForm.grade === 'log' && shape.level === 'error' && shape.logger === undefined) return byPack;
  return byForm.grade === 'weak' ? { ...byForm, grade: byPack.grade } : byForm;
}

/** What a client explains right below its labelled failure: a line without a label of its own. */
function explanation(shapes: readonly LineShape[], at: number): string | undefined {
  const shape = shapes[at];
  if (!shape || shape.body === '' || shape.stamped || shape.level !== undefined || retries(shape)) return undefined;
  return statementIn(shape)?.grade === 'weak' ? shape.body : undefined;
}

/** Whether a line belongs to a statement above it, which says it already. */
function isPartOfAnother(shapes: readonly LineShape[], at: number, known: KnownStatement): boolean {
  for (let above = at - 1; above >= 0 && above >= at - DETAILS; above -= 1) {
    const line = statementAt(shapes[above] as LineShape, known);
    if (!line) continue;
    const { last } = joinStatement(shapes, above, line.message);
    if (last >= at) return true;
    // What a client explains right below its labelled failure is part of it.
    const form = statementIn(shapes[at] as LineShape)?.grade;
    const isStrong = line.grade === 'label' || line.grade === 'chain';
    return isStrong && last === at - 1 && (form === undefined || form === 'weak');
  }
  return false;
}

/** An error's body that is printed over several lines, its opening bracket alone on the first. */
function bodyAt(shapes: readonly LineShape[], at: number, hasAnswers: boolean): StatementLine | undefined {
  const { body, glyph, indent } = shapes[at] as LineShape;
  if (!/^\[?\{$/.test(body) || glyph !== undefined || indent >= 2) return undefined;
  const { message } = joinStatement(shapes, at, body);
  // What is all that a client prints may have keys of any name.
  const isWhole = !hasAnswers && shapes.slice(0, at).every((before) => before.body === '');
  return isErrorBody(message, isWhole) ? { grade: 'label', message: body, prefix: '' } : undefined;
}

/** The title of a box, or of a block of its own, in which a client prints its failure: `╭─ Error ───╮`, `ERROR`. */
const BOX_TITLE = /^[\s╭┌┏╔╒─━═-]*(?:error|fatal error|failed|fehler|erreur|erro)!?[\s╮┐┓╗╕─━═-]*$/i;

/** How many lines below the title of a box its words begin. */
export const BOX_WITHIN = 2;

export function isBoxTitle(text: string): boolean {
  return BOX_TITLE.test(text);
}

/** The words below the title of a box. */
function boxedAt(shapes: readonly LineShape[], at: number): StatementLine | undefined {
  const { body } = shapes[at] as LineShape;
  if (body === '' || isBoxTitle(body)) return undefined;
  const above = shapes.slice(Math.max(0, at - BOX_WITHIN), at).findLast((line) => line.body !== '');
  return above && isBoxTitle(above.text) ? { grade: 'label', message: body, prefix: '' } : undefined;
}

const retries = askedOnce(({ body }: LineShape) => retryInText(body) !== undefined);

/** A client's words that it retries, behind which it names the reason, also where the line was wrapped. */
const REASON_BELOW =
  /\bretrying\b.*(?:\.\.\.|…|\b(?:as|as it|raised|because|due to|after|in|seconds))$|\bas it raised$/i;

/** Whether the client says below that its retries are over. */
function isOverSoon(shapes: readonly LineShape[], last: number): boolean {
  return shapes.slice(last + 1, last + 6).some(({ body }) => isRetriesOver(body));
}

/** Whether the client has just said that it retries: then it prints why. */
function retriesBefore(shapes: readonly LineShape[], at: number): boolean {
  const above = shapes.slice(Math.max(0, at - 3), at).findLast(({ body }) => body !== '');
  if (above && /^retrying (?:in|after) [\d.]+/i.test(above.body)) return true;
  const { glyph, body } = shapes[at] as LineShape;
  const isCutOff =
    above &&
    retries(above) &&
    above.text.length >= NARROW &&
    !/[.!?]$/.test(above.text) &&
    !body.startsWith(above.body.slice(0, 12));
  if (above === shapes[at - 1] && glyph !== 'fail' && above && (isCutOff || REASON_BELOW.test(above.body))) return true;
  // An indented line is a detail of the one that it stands under.
  const { indent } = shapes[at] as LineShape;
  if (indent < 2) return false;
  const under = shapes.slice(Math.max(0, at - DETAILS), at).findLast((line) => line.body !== '' && line.indent < 2);
  return under !== undefined && retries(under);
}

/** A line that no form marks, but that is the first thing said on its channel and speaks of a failure. */
function firstWords(shapes: readonly LineShape[], at: number): StatementLine | undefined {
  const { body, stamped, level } = shapes[at] as LineShape;
  if (stamped || level !== undefined || !/^(?:\p{L}|[45]\d\d\b)/u.test(body) || !saysFailure(body) || isField(body))
    return undefined;
  if (shapes.slice(0, at).some((before) => before.body !== '')) return undefined;
  return isWeakStatement(body, true) || /^[45]\d\d\b/.test(body)
    ? { grade: 'weak', message: body, prefix: '' }
    : undefined;
}

/**
 * A line that begins with its program's name: `agy: sign-in expired`. Where only the client writes, or the name is the
 * runtime's, its words may speak of a failure; elsewhere on a host's output it must say that the work is over.
 */
function namedWords(shape: LineShape, { name, isClientOnly, hasAnswers }: TextSource): StatementLine | undefined {
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

/** Behind what Node, Bun and Python print of an exception that nothing caught. */
const UNCAUGHT = /^(?:Node\.js|Bun) v\d/;

/** Whether an exception ended its program: the interpreter says so below it, or its trace stands above. */
function isUncaught(shapes: readonly LineShape[], at: number, last: number): boolean {
  if (shapes.slice(last + 1, last + 12).some(({ body }) => UNCAUGHT.test(body))) return true;
  const above = shapes.slice(Math.max(0, at - DETAILS), at).findLast(({ indent, body }) => indent === 0 && body !== '');
  return above !== undefined && /^Traceback \(most recent call last\):$/.test(above.body);
}

/** How many lines that say nothing of the run a client prints behind its failure. */
const INDIFFERENT = 2;
/** An ending of no more words is no sentence of a model's. */
const MODEST = 3;
/** A shorter line was not wrapped. */
const NARROW = 60;

/** Why the run went on behind a statement: it says so by anything but a host's notices and further failures. */
function goneOn(
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

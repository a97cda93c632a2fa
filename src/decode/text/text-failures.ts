import type { Failure } from '../failure/failure.ts';
import { readFailure } from '../failure/read-failure.ts';
import { retryInText } from '../failure/retry-wording.ts';
import { joinStatement } from './join-statement.ts';
import type { LineShape } from './line-shape.ts';
import { isHelp, isNeutral } from './neutral-lines.ts';
import { isSideChannel, isTestOutput } from './prose.ts';
import { AFTER_PROSE, quotationOf } from './quotation.ts';
import { isField, type StatementLine, saysFailure, statementIn } from './statement-line.ts';

/** What a pack knows of a line: that it is one of its statements or a client's banner. */
export type KnownStatement = (shape: LineShape) => StatementLine | undefined;

/** What the reader has to know of the stream's program. */
export interface TextSource {
  readonly known: KnownStatement;
  /** Only an agent writes there. On a host's output everybody does, and a first line proves nothing. */
  readonly isAgent: boolean;
}

/** A failure that lines of plain text state. */
export interface TextFailure {
  readonly grade: StatementLine['grade'];
  readonly failure: Failure;
  /** The lines it takes up, as indices into the lines that were read, both included. */
  readonly first: number;
  readonly last: number;
  /** Why it says nothing of the run: a quotation, a tool's, or the run went on. Undefined where it stands. */
  readonly cancelled?: string;
}

/** More lines than this behind a statement are not gone through: the run has gone on. */
const LOOK_AHEAD = 200;

/**
 * The failure that the line at `at` states, with the lines that belong to it, in the light of the lines around.
 * Undefined where the line states none. Pure.
 *
 * @param shapes lines of one text stream in order, as far as they are known
 */
export function readTextFailure(
  shapes: readonly LineShape[],
  at: number,
  { known, isAgent }: TextSource,
): TextFailure | undefined {
  const shape = shapes[at];
  if (!shape) return undefined;
  const line = statementAt(shape, known) ?? (isAgent ? firstWords(shapes, at) : undefined);
  if (!line) return undefined;
  const { message, last } = joinStatement(shapes, at, line.message);
  const failure = readFailure({ message, prefix: line.prefix, whole: shape.body });
  const quotation = quotationOf(shapes, at, line);
  const helps = line.grade === 'label' || line.grade === 'chain' || line.grade === 'banner';
  const wentOn = () => goneOn(shapes, { first: at, last, said: failure.message, helps }, known);
  // That prose stands before it is the weakest reason: what follows says more.
  const cancelled =
    (quotation === AFTER_PROSE ? undefined : quotation) ??
    (retriesBefore(shapes, at) ? 'retried' : undefined) ??
    wentOn() ??
    quotation;
  return { grade: line.grade, failure, first: at, last, ...(cancelled !== undefined && { cancelled }) };
}

/** What a line states: a pack's own statement before what its form says. */
export function statementAt(shape: LineShape, known: KnownStatement): StatementLine | undefined {
  if (isField(shape.body)) return undefined;
  const byForm = statementIn(shape);
  const byPack = known(shape);
  if (!byPack) return byForm;
  if (!byForm) return shape.level === 'debug' || shape.level === 'info' ? undefined : byPack;
  if (byPack.grade === 'label') return byPack;
  return byForm.grade === 'weak' ? { ...byForm, grade: byPack.grade } : byForm;
}

/** Whether the client has just said that it retries: then it prints why. */
function retriesBefore(shapes: readonly LineShape[], at: number): boolean {
  const before = shapes.slice(Math.max(0, at - 3), at).findLast(({ body }) => body !== '');
  return before !== undefined && /^retrying (?:in|after) [\d.]+/i.test(before.body);
}

/** A line that no form marks, but that is the first thing said on its channel and speaks of a failure. */
function firstWords(shapes: readonly LineShape[], at: number): StatementLine | undefined {
  const shape = shapes[at] as LineShape;
  if (shape.stamped || shape.level !== undefined || !saysFailure(shape.body) || isField(shape.body)) return undefined;
  if (shapes.slice(0, at).some(({ body }) => body !== '')) return undefined;
  return { grade: 'weak', message: shape.body, prefix: '' };
}

/** Whether the run went on behind a statement: it says so by anything but a host's notices and further failures. */
function goneOn(
  shapes: readonly LineShape[],
  { first, last, said, helps }: { first: number; last: number; said: string; helps: boolean },
  known: KnownStatement,
): string | undefined {
  const banner = shapes[first]?.body;
  for (let at = last + 1; at < shapes.length; at += 1) {
    if (at > last + LOOK_AHEAD) return 'went on';
    const shape = shapes[at] as LineShape;
    if (shape.body === banner) continue;
    if (retryInText(shape.body)) return 'retried';
    if (isNeutral(shape) || isSideChannel(shape.body)) continue;
    if (shape.level === 'info' || isTestOutput(shape)) return 'went on';
    // A client that prints a body and then its words says the same thing twice.
    if (shape.body.length >= 12 && said.includes(shape.body)) continue;
    if (helps && isHelp(shape)) continue;
    const next = statementAt(shape, known);
    if (next && next.grade !== 'weak') continue;
    return 'went on';
  }
  return undefined;
}

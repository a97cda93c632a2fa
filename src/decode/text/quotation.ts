import { isRetriesOver, retryInText } from '../failure/retry-wording.ts';
import { isAboutMessages, isQuoted, isTicked } from './about-messages.ts';
import { isAskedFor } from './asked-words.ts';
import { isBlockScalar } from './block-scalar.ts';
import { isBoxTitle } from './block-statement.ts';
import { isClosed } from './closing-lines.ts';
import { endsHeld, isHeld } from './held-blocks.ts';
import type { LineShape } from './line-shape.ts';
import { LOOK_BACK, readAbove } from './lines-above.ts';
import { isAmongTools } from './marked-items.ts';
import { isCompiledTrace, isOwnTrace } from './own-trace.ts';
import { isCode, isLocated, isMarkedUp, isSentence, isWritten } from './prose.ts';
import { isSideChannel } from './side-channel.ts';
import { type StatementLine, statementIn } from './statement-line.ts';
import { isTestOutput } from './test-output.ts';
import type { TextSource } from './text-source.ts';
import { isBelowAskedTool, isToolLine } from './tool-blocks.ts';
import { isNotice, isUnspaced } from './unspaced-notice.ts';

/** The weakest reason: prose stands before it, so it may be a quotation. The exit, or an idle process tree, can tell. */
export const AFTER_PROSE = 'after prose';

/** Several sentences, of which the last announces what stands below. */
const TELLS_ON = /[a-z][.!?] [A-Z].*[:：]$/;

/** No program announces its failure in so many words. */
const LONG = 10;
/** A sentence of a script that puts no space between words. */
const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff]{12}/;

/** A shorter line was not wrapped. */
const WRAPPED = 40;
const WIDE = 50;
/** The mark that a full screen draws before its client's own failures alone. */
const CLIENT_MARK = /^\s*■ /;
/** What a full screen draws before its own error. */
const CLIENT_ERROR = /^\s*✕ \[API Error\b/u;
/** The subject of a commit that was merged: `panic: fix nil map (#529)`. */
const COMMIT = /^[a-z]+(?:\([\w-]+\))?: .*\(#\d+\)$/;

/** Why a statement counts for nothing: a tool prints it. */
export const TOOLS = "a tool's output";

/** Why a line by itself is a quotation or a tool's; undefined where nothing says so. Pure. */
export function selfQuotation(shape: LineShape, soft: boolean): string | undefined {
  if (isLocated(shape)) return 'a line of a file';
  if (isTestOutput(shape)) return 'the output of a test';
  if (isToolLine(shape)) return TOOLS;
  if (isSideChannel(`${shape.source ?? ''} ${shape.body}`)) return 'a side channel';
  if (COMMIT.test(shape.body)) return 'a commit';
  if (isMarkedUp(shape.text)) return 'Markdown or a diff';
  if (soft && (isWritten(shape) || isMarkedUp(shape.text.trim()) || isCode(shape.text.trim()))) return 'prose or code';
  return isAboutMessages(shape.body, soft) ? 'about messages' : undefined;
}

/** Whether prose could begin like a statement: no label and no host's phrase stand before its words. */
function isSoft({ grade, prefix }: StatementLine): boolean {
  return grade !== 'label' && grade !== 'chain' && prefix === '';
}

/** How many lines behind a line may say that its program tries again. */
const RETRIED_WITHIN = 2;

/**
 * Whether a line is only spoken of or shown (in a file, a test, Markdown, a code fence, by a tool or in the model's answer),
 * or is tried again at once: then no rule may end a run for it. Pure.
 */
export function isSpokenOf(
  { shapes, at }: { readonly shapes: readonly LineShape[]; readonly at: number },
  { hasAnswers }: { readonly hasAnswers: boolean },
): boolean {
  const shape = shapes[at] as LineShape;
  if (isLocated(shape) || isTestOutput(shape) || isMarkedUp(shape.text) || isHeld(shapes, at)) return true;
  // What a program warns of, or tells, it goes on with.
  if (shape.level === 'warn' || shape.level === 'info' || shape.level === 'debug') return true;
  const { fence, tool, runInto } = readAbove(shapes, at);
  if (fence || (hasAnswers && (tool || runInto))) return true;
  const before = shapes.slice(Math.max(0, at - LOOK_BACK), at);
  const lastBlank = before.findLastIndex(({ body }) => body === '');
  if (before.slice(lastBlank + 1).some(isTestOutput)) return true;
  return shapes.slice(at + 1, at + 1 + RETRIED_WITHIN).some(({ body }) => retryInText(body) !== undefined);
}

/**
 * Why a statement on a channel that others can write to is a quotation or a tool's; undefined where nothing says so.
 * What was printed before it on the channel decides: an open fence, a sentence, the heading of a tool. Pure.
 *
 * @param source `hasAnswers`: the model's answer stands on the same channel, so that any words before may be its own;
 *   `isClientOnly`: only the client writes there, and its own sentences are no prose; `isHeaded`: who speaks is known
 */
export function quotationOf(
  shapes: readonly LineShape[],
  at: number,
  line: StatementLine,
  {
    hasAnswers,
    isClientOnly,
    isHeaded,
    mayBeTools,
  }: Pick<TextSource, 'hasAnswers' | 'isClientOnly' | 'isHeaded' | 'mayBeTools'>,
): string | undefined {
  const shape = shapes[at] as LineShape;
  if ((line.grade === 'weak' && (isQuoted(line.message) || isTicked(shape.body))) || isQuoted(shape.body))
    return 'about messages';
  // A sentence that a pack knows as a client's last is its own, whoever it speaks of.
  const isOwn = isOwnTrace(shapes, at);
  const isListed = isListedInVerdict(shapes, at);
  const own = line.final === undefined && !isOwn && !isListed ? selfQuotation(shape, isSoft(line)) : undefined;
  if (own) return own;
  if ((isHeld(shapes, at) && !isOwn) || isAmongTools(shapes, at)) return TOOLS;
  if (isBelowSideChannel(shapes, at)) return 'a side channel';
  if (line.grade === 'weak' && !isClientOnly && isUnspaced(shape.body) && !isNotice(shape.body))
    return 'about messages';
  const isLong = shape.body.split(' ').length >= LONG || UNSPACED.test(shape.body);
  const isAddressBelow = /^https?:/.test(shapes[at + 1]?.body ?? '');
  if (
    line.grade === 'weak' &&
    hasAnswers &&
    (TELLS_ON.test(shape.body) || (isLong && /[:：]$/.test(shape.body))) &&
    !isAddressBelow
  )
    return 'announced';
  if (line.final !== 'yes' && carriesOn(shapes, at, line)) return 'announced';
  if (isBlockScalar(shapes, at) || isInListing(shapes, at)) return 'a line of a file';
  const { fence, tool, introduced, prose, strange, beside } = readAbove(shapes, at);
  if (CLIENT_MARK.test(shape.text) && !introduced) return undefined;
  if (fence) return 'inside a code fence';
  if (mayBeTools?.(shapes, at)) return AFTER_PROSE;
  if (isHeaded?.(shapes, at)) return undefined;
  if (isOwn && !introduced) return undefined;
  if (
    tool &&
    !endsHeld(shapes, at) &&
    !(line.final === 'yes' && isBelowAskedTool(shapes, at)) &&
    !((line.final === 'yes' || isClosed(shapes, at)) && isBelowScreensTool(shapes, at))
  )
    return TOOLS;
  if (introduced) return 'announced';
  if (beside && (line.final === 'yes' || /^\[API Error\b/.test(shape.body))) return undefined;
  if (CLIENT_ERROR.test(shape.text) && isOnScreen(shapes, at)) return undefined;
  if (isListed || (!hasAnswers && isCompiledTrace(shapes, at))) return undefined;
  if ((prose && !isClientOnly) || (hasAnswers && (strange || isAskedFor(shapes, at)))) return AFTER_PROSE;
  return undefined;
}

/** The heading of a tool in a full screen, which indents what the tool prints or leaves it out; of a command that shows files it says nothing. */
const SCREENS_TOOL = /^\s?(?:[●•⏺▸✓✔] |─── \w+ \|)/u;
const SHOWS_FILES = /\b(?:cat|tail|head|less|more|grep|rg|sed|awk|jq|logs?|journalctl|kubectl|docker|curl)\b|\.log\b/;

/** Whether a line stands at the margin below the heading of a tool in a full screen: then it is not what the tool prints. */
export function isBelowScreensTool(shapes: readonly LineShape[], at: number): boolean {
  if ((shapes[at] as LineShape).indent > 1) return false;
  const heading = shapes.slice(Math.max(0, at - BLOCK_LINES), at).findLast(({ raw }) => SCREENS_TOOL.test(raw));
  const block = shapes.slice(shapes.lastIndexOf(heading as LineShape, at), at);
  // What goose prints of a tool it ends with a blank line.
  const isApart = /^\s*───/.test(heading?.raw ?? '') && (shapes[at - 1] as LineShape).body === '';
  const isHung = isApart || block.some(({ raw }) => /^\s*⎿/.test(raw));
  return heading !== undefined && (isHung || !block.some(({ raw }) => SHOWS_FILES.test(raw)));
}

/** A host's verdict in Markdown, and the heading of what it knows: `**⚠️ Engine Failure**: …`, `**Error details:**`. */
const VERDICT =
  /^\*\*[^\w*]{1,4}\s?(?:Engine|Agent|Run|Workflow) (?:Failure|Failed|Error|Terminated)\*\*:? .*\b(?:terminated|failed|exited|crashed)\b/u;

/** Whether a line is the first point below a verdict, above which the host has said nothing. */
function isListedInVerdict(shapes: readonly LineShape[], at: number): boolean {
  const above = shapes.slice(Math.max(0, at - BLOCK_LINES), at).filter(({ body }) => body !== '');
  const [verdict, heading] = above;
  return (
    above.length === 2 &&
    VERDICT.test((verdict as LineShape).text.trim()) &&
    isBoxTitle((heading as LineShape).text.trim()) &&
    /^\s*- \S/.test((shapes[at] as LineShape).text)
  );
}

/** Whether a line is a detail of a line above that speaks of what runs beside the agent: the stack of a failed report. */
function isBelowSideChannel(shapes: readonly LineShape[], at: number): boolean {
  if ((shapes[at] as LineShape).indent < 2) return false;
  const owner = shapes
    .slice(Math.max(0, at - BLOCK_LINES), at)
    .findLast(({ body, indent }) => indent < 2 && /[\p{L}\d]/u.test(body));
  return owner !== undefined && statementIn(owner) !== undefined && isSideChannel(owner.body);
}

/** Whether a full screen is drawn above a line: its frame, or its marks before the prompt and the model's words. */
function isOnScreen(shapes: readonly LineShape[], at: number): boolean {
  return shapes.slice(Math.max(0, at - LOOK_BACK), at).some(({ raw }) => /^\s*(?:[✦✓⏺●╭│>ℹ] ?)/u.test(raw));
}

/** Whether a quotation begins in a line and does not end there, or the other way round. Bodies have quotation marks of their own. */
function isOpenQuote(body: string): boolean {
  return !/[{[]/.test(body) && body.split('"').length % 2 === 0;
}

/** How far above a line its heading may stand. */
const BLOCK_LINES = 12;

/** Whether a line stands between numbered lines of a file, one of which was wrapped. */
function isInListing(shapes: readonly LineShape[], at: number): boolean {
  const [above, below] = [shapes[at - 1], shapes[at + 1]];
  return above !== undefined && below !== undefined && isLocated(above) && isLocated(below);
}

function firstWord({ body }: LineShape): string {
  return /^\S+/.exec(body)?.[0] ?? '';
}

/** An exception by its full name: `openai.AuthenticationError: …`. */
const EXCEPTION = /^(?:[a-z_]\w*\.)+[A-Z]\w*: /;

/** The first word of a label, which its row ends with. */
const OWNER_LAST = /[a-z] ["'`\u2018\u201c\u201e]?(?:API|LLM|SDK|HTTP|Provider|Server|Network)$/;

/** Whether a line carries on a sentence or a log's line above it, which was wrapped. */
function carriesOn(shapes: readonly LineShape[], at: number, { grade }: StatementLine): boolean {
  const shape = shapes[at] as LineShape;
  const above = shapes[at - 1];
  if (!above || shape.stamped || shape.level !== undefined || shape.indent > 0 || shape.source !== undefined)
    return false;
  // A program that puts its name before each line begins anew.
  if (/[:\]]$/.test(firstWord(shape)) && firstWord(shape) === firstWord(above)) return false;
  // A body that a failed line is followed by.
  if (/^\[?\{$/.test(shape.body) && (above.level === 'error' || above.level === 'fatal')) return false;
  // What a log is told to print below its line: the exception, by its full name.
  if (EXCEPTION.test(shape.body)) return false;
  if (isOpenQuote(above.body) && isOpenQuote(shape.body)) return true;
  const goesOn = /^[a-z\d("'[{]/.test(shape.body);
  if (above.stamped && above.level !== undefined && above.level !== 'fatal' && goesOn) return true;
  if (above.text.length < WRAPPED) return false;
  const isWide = above.text.length >= WIDE;
  if ((isWide && above.level === 'warn') || above.level === 'info' || above.level === 'debug')
    return goesOn || grade !== 'label';
  if (/[.!?:)}\]"]$|(?:\s\w+=[^\s"]+){2}$/.test(above.text) || above.level !== undefined || isRetriesOver(above.body))
    return false;
  // `… for the tool server 'x': fetch` ↵ `failed: 401 Unauthorized`: no program begins with that word alone.
  if (/^failed: /.test(shape.body)) return true;
  // `… and the mail reads ‘API` ↵ `Error: …`: the label begins in the row above.
  if (isWide && OWNER_LAST.test(above.text) && /^(?:Code )?[Ee]rror\b/.test(shape.body)) return true;
  const isInner =
    grade === 'label' ? /^\[(?!API Error)/.test(shape.body) : /^(?![\w-]+\.\w+: )[a-z[(]/.test(shape.body);
  return isInner && (isSentence(above) || isWide) && statementIn(above) === undefined;
}

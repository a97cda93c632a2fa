import { retryInText } from '../failure/retry-wording.ts';
import { isAboutMessages, isQuoted } from './about-messages.ts';
import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';
import { FENCE, isCode, isLocated, isMarkedUp, isPersonal, isSentence, isWritten } from './prose.ts';
import { isSideChannel } from './side-channel.ts';
import { type StatementLine, statementIn } from './statement-line.ts';
import { isTestOutput } from './test-output.ts';
import type { TextSource } from './text-source.ts';
import { isLaunch, isToolLine, opensToolBlock } from './tool-blocks.ts';

/** The weakest reason: prose stands before it, so it may be a quotation. The exit, or an idle process tree, can tell. */
export const AFTER_PROSE = 'after prose';

/** How many lines before a statement are looked at for who speaks. */
const LOOK_BACK = 400;

/** What opens a trace: the failure it is about stands below. */
const TRACE_HEAD =
  /^(?:Traceback|thread '.*'(?: \(\d+\))? panicked|During handling|The above exception|Uncaught|Unhandled|An (?:uncaught|unhandled|unexpected) (?:exception|error)|Error|node:|file:\/\/|Caused by|goroutine)\b/;
/** Where Node shows the line of a script that threw: `/app/a.js:64`, and the line itself down to a caret. */
const SHOWN_PLACE = /^(?:\[eval\]|node:\S+|file:\/\/\S+|(?:[A-Z]:)?[/\\]\S+):\d+$/;
const SHOWN_LINES = 4;
const PYTHON_CALL = /^File ".*", line \d+/;
const CARET = /^\s*\^+\s*$/;
/** Headers of clients, before they begin to work. */
const HEADER =
  /^[A-Z]\w+:$|^[\w ./-]{1,40}[:=] \S|\bv?\d+\.\d+\.\d+\b|^(?:Loading|Loaded|Starting|Started|Using|Running|Connecting|Connected|Initiali[sz]\w+|Reading|Opening|Working|Thinking|Session|Welcome|Resuming|YOLO|Processing|Warning|Analytics|Repo-map|Git repo|Main model|Weak model|Editor|Added|Tokens)\b|\.{3}$|…$/;
/** What a runner of CI writes around its steps. */
const RUNNER = /^(?:##\[(?:group|endgroup|command|section|debug)\]|::(?:group|endgroup|debug|add-mask)::)/;
/** Headers that read like sentences: `Main model: … with diff edit format, infinite output`. */
const NAMED_HEADER = /^(?:Main model|Weak model|Editor model|Git repo|Repo-map|Log(?:s| file)?(?: saved)?)\b[ :]/;
/** A client says what it begins to do: `Running Claude Code via SDK …`. */
const PROGRESS = /^(?:Loading|Starting|Running|Connecting|Initiali[sz]ing|Preparing|Launching)\b.*(?:\.{3}|…)$/;
/** A sentence that runs into what stands below it: `The service answers with`. */
const RUNS_ON = new RegExp(
  `\\b(?:${[
    'with|is|was|are|were|be|says|said|saying|prints|printed|printing|returns|returned|answers|answered|reads|shows|showed|logs|logged',
    'sees|saw|see|gets|got|get|wrote|writes|writing|showing|throws|threw|reports|reported|displays|displayed|responds|replies|sends|contains',
    'as|like|by|into|than|to|on|of|for|from|at|in|and|or|but|that|which|when|where|then|the|an?|its|only|after|before|just|namely',
  ].join('|')})$`,
);

/** Several sentences, of which the last announces what stands below. */
const TELLS_ON = /[a-z][.!?] [A-Z].*[:：]$/;

/** A shorter line was not wrapped. */
const WRAPPED = 40;
const WIDE = 50;
/** The mark that a full screen draws before its client's own failures alone. */
const CLIENT_MARK = /^\s*■ /;
/** What a full screen hangs below a prompt or a tool. */
const HANGING = /^\s*⎿/;
/** The mark before what the client's user has asked. */
const PROMPT_MARK = /^\s*[>❯›] \S/;
/** The mark before each thing that a full screen shows: what has one of its own is no tool's output. */
const ITEM_MARK = /^\s?[●⏺] /;
/** The heading of a call whose arguments stand below it, a line each. */
const CALL = /^\s*─── \w+ \|/;
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
  if (isLocated(shape) || isTestOutput(shape) || isMarkedUp(shape.text)) return true;
  const before = shapes.slice(Math.max(0, at - LOOK_BACK), at);
  if (before.filter(({ text }) => FENCE.test(text)).length % 2 === 1) return true;
  if (hasAnswers) {
    const { tool, runInto } = readAbove(shapes, at);
    if (tool || runInto) return true;
  }
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
  { hasAnswers, isClientOnly, isHeaded }: Pick<TextSource, 'hasAnswers' | 'isClientOnly' | 'isHeaded'>,
): string | undefined {
  const shape = shapes[at] as LineShape;
  if ((line.grade === 'weak' && isQuoted(line.message)) || isQuoted(shape.body)) return 'about messages';
  const own = selfQuotation(shape, isSoft(line));
  if (own) return own;
  if (line.grade === 'weak' && hasAnswers && TELLS_ON.test(shape.body)) return 'announced';
  if (CLIENT_MARK.test(shape.text)) return undefined;
  if (carriesOn(shapes, at, line)) return 'announced';
  if (isBlockScalar(shapes, at)) return 'a line of a file';
  const { fence, tool, introduced, prose, strange } = readAbove(shapes, at);
  if (fence) return 'inside a code fence';
  if (isHeaded?.(shapes, at)) return undefined;
  if (tool) return TOOLS;
  if (introduced) return 'announced';
  if ((prose && !isClientOnly) || (hasAnswers && strange)) return AFTER_PROSE;
  return undefined;
}

/** What stands above a line on its channel. */
interface Above {
  /** A code fence is open. */
  readonly fence: boolean;
  /** A tool speaks. */
  readonly tool: boolean;
  /** The sentence above announces what follows, or runs into it, … */
  readonly introduced: boolean;
  /** … and it is no client's that ends in a colon. */
  readonly runInto: boolean;
  readonly prose: boolean;
  /** Something was said that is no client's header. */
  readonly strange: boolean;
}

function readAbove(shapes: readonly LineShape[], at: number): Above {
  let fences = 0;
  let prose = false;
  let strange = false;
  let introduced: 'no' | 'next' | 'block' = 'no';
  let isColon = false;
  let tool = false;
  let hangs = false;
  let gap = false;
  let http = false;
  let shown = 0;
  let above: LineKind = 'blank';
  for (let index = Math.max(0, at - LOOK_BACK); index < at; index += 1) {
    const before = shapes[index] as LineShape;
    // The line of a script that threw, over the caret, and the one that Python shows of each call.
    const below = shapes[index + 1];
    if (below && isCaret(below)) continue;
    if (index > 0 && PYTHON_CALL.test((shapes[index - 1] as LineShape).body)) continue;
    const kind = kindBelow(above, before, shapes[index - 1]);
    const heading = above === 'tool';
    above = kind;
    // What a tool prints below a marked heading is indented, also behind a blank line.
    if (gap && kind !== 'blank' && before.indent < 2) tool = false;
    if (kind !== 'blank') gap = false;
    switch (kind) {
      case 'fence':
        fences += 1;
        break;
      case 'blank':
        gap = hangs;
        if (introduced === 'block') introduced = 'no';
        // The body of an HTTP response stands behind a blank line, and a tool's output behind its heading.
        tool = tool && (hangs || http || heading);
        break;
      case 'tool':
        tool = true;
        hangs = before.glyph === 'item' && !PROMPT_MARK.test(before.text);
        http = /^<? ?HTTP\/[\d.]+ \d{3}/.test(before.body);
        introduced = 'no';
        break;
      case 'place':
        shown = SHOWN_LINES;
        break;
      case 'prose':
        shown -= 1;
        if (hangs && before.indent < 2) tool = false;
        if (tool || shown > 0 || isPromptEcho(shapes, index)) break;
        prose = true;
        introduced = introducedBy(introduced, introduces(before));
        break;
      case 'other':
        if (tool) break;
        introduced = introducedBy(introduced, introduces(before));
        strange ||= !isHeader(before);
        break;
      case 'statement':
        // What a sentence says of a failure may run into what it quotes.
        if (!tool) introduced = introducedBy(introduced, isSentence(before) && introduces(before));
        break;
      default:
        break;
    }
    if (introduced === 'next' && kind !== 'blank') isColon = /[:：]$/.test(before.body);
  }
  const shape = shapes[at] as LineShape;
  const isItem = ITEM_MARK.test(shape.text) || (gap && shape.indent < 2);
  return {
    fence: fences % 2 === 1,
    tool: tool && !isItem && !isAnswerToPrompt(shapes, at),
    introduced: introduced !== 'no',
    runInto: introduced !== 'no' && !isColon,
    prose,
    strange,
  };
}

/** Behind a sentence that announces something stands a block of lines, up to the next blank one. */
function introducedBy(before: 'no' | 'next' | 'block', introduces: boolean): 'no' | 'next' | 'block' {
  if (introduces) return 'next';
  return before === 'no' ? 'no' : 'block';
}

/** What a line is below another kind of line. */
function kindBelow(above: LineKind, line: LineShape, previous: LineShape | undefined): LineKind {
  // A list right below a statement is its detail.
  if (above === 'statement' && /^\s*[-*] /.test(line.text)) return 'statement';
  const kind = kindOf(line);
  // The arguments of a call, which stand below its heading.
  const isArgument = kind === 'other' && above === 'tool' && /^[a-z][\w-]*: \S/.test(line.body);
  return isArgument && previous && CALL.test(previous.text) ? 'tool' : kind;
}

/** Whether a quotation begins in a line and does not end there, or the other way round. Bodies have quotation marks of their own. */
function isOpenQuote(body: string): boolean {
  return !/[{[]/.test(body) && body.split('"').length % 2 === 0;
}

/** How far above a line the key of its block may stand. */
const BLOCK_LINES = 12;

/** Whether a line belongs to a block of text in YAML: `message: |`, and below it what is indented more. */
function isBlockScalar(shapes: readonly LineShape[], at: number): boolean {
  const { indent } = shapes[at] as LineShape;
  if (indent < 2) return false;
  const key = shapes
    .slice(Math.max(0, at - BLOCK_LINES), at)
    .findLast((line) => line.body !== '' && line.indent < indent);
  return key !== undefined && /^(?:- )?["']?[\w.-]+["']?: [|>][+-]?\d?$/.test(key.body);
}

/** Whether a line carries on a sentence or a log's line above it, which was wrapped. */
function carriesOn(shapes: readonly LineShape[], at: number, { grade }: StatementLine): boolean {
  const shape = shapes[at] as LineShape;
  const above = shapes[at - 1];
  if (!above || shape.stamped || shape.level !== undefined || shape.indent > 0) return false;
  if (isOpenQuote(above.body) && isOpenQuote(shape.body)) return true;
  const goesOn = /^[a-z\d("'[{]/.test(shape.body);
  if (above.stamped && above.level !== undefined && above.level !== 'fatal' && goesOn) return true;
  if (above.text.length < WRAPPED) return false;
  if (above.level === 'warn' || above.level === 'info' || above.level === 'debug') return goesOn || grade !== 'label';
  if (/[.!?:)}\]"]$/.test(above.text) || above.level !== undefined) return false;
  // `… for the tool server 'x': fetch` ↵ `failed: 401 Unauthorized`: no program begins with that word alone.
  if (/^failed: /.test(shape.body)) return true;
  const isInner = grade === 'label' ? shape.body.startsWith('[') : /^(?![\w-]+\.\w+: )[a-z[(]/.test(shape.body);
  return isInner && (isSentence(above) || above.text.length >= WIDE) && statementIn(above) === undefined;
}

/** Whether a line hangs below a prompt of the client's user, or below the client's own retries, and not below a tool. */
function isAnswerToPrompt(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  if (!HANGING.test(shape.text)) return false;
  const above = shapes.slice(0, at);
  const owner = above.findLastIndex(({ text, body, indent }) => body !== '' && indent < 2 && !HANGING.test(text));
  if (owner === -1) return above.some(({ body }) => retryInText(body) !== undefined);
  // One answer hangs below a tool: a second is the client's.
  return (
    PROMPT_MARK.test((above[owner] as LineShape).text) ||
    above.slice(owner).some(({ text, indent }) => HANGING.test(text) && indent === shape.indent)
  );
}

/** Whether a line is the prompt that a full screen repeats first: `> hello`. */
function isPromptEcho(shapes: readonly LineShape[], at: number): boolean {
  const line = shapes[at] as LineShape;
  const { text, body } = line;
  // Some clients put the mark before their model's answers.
  if (!PROMPT_MARK.test(text) || isPersonal(body) || introduces(line)) return false;
  return shapes.slice(0, at).every((before) => before.body === '');
}

type LineKind = 'fence' | 'blank' | 'tool' | 'place' | 'statement' | 'detail' | 'prose' | 'other';

const isCaret = askedOnce(({ text }: LineShape) => CARET.test(text));

/** What a line before a statement says of who speaks. `statement` and `detail` say nothing. */
const kindOf = askedOnce((line: LineShape): LineKind => {
  if (FENCE.test(line.text)) return 'fence';
  if (line.body === '') return 'blank';
  if (opensToolBlock(line)) return 'tool';
  if (SHOWN_PLACE.test(line.body)) return 'place';
  if (TRACE_HEAD.test(line.body) || statementIn(line)) return 'statement';
  if (line.glyph === 'warn' || /^={3,}|^-{3,}/.test(line.body)) return 'detail';
  // What is indented carries a line on: a stack, a detail.
  if (line.indent >= 2 && !/^(?:I|We|Let)\b/.test(line.body)) return 'detail';
  if (line.level !== undefined) return 'other';
  if (PROGRESS.test(line.body) || NAMED_HEADER.test(line.body)) return 'other';
  return isSentence(line) || isWritten(line) ? 'prose' : 'other';
});

/** What clients print before they begin: `Model: …`, `YOLO mode is enabled.`, a banner, a mark of progress. */
function isHeader(line: LineShape): boolean {
  const { body, glyph, text } = line;
  return (
    isLaunch(line) ||
    HEADER.test(body) ||
    NAMED_HEADER.test(body) ||
    RUNNER.test(body) ||
    (glyph === 'item' && /^\s*[●⏺]/.test(text)) ||
    /[╭╰─═█▀▄]{2}/.test(text)
  );
}

function introduces({ body, stamped }: LineShape): boolean {
  if (stamped || !/[a-z] [a-z]/i.test(body)) return false;
  return (/[:：]$/.test(body) && !TRACE_HEAD.test(body)) || RUNS_ON.test(body);
}

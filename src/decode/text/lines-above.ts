import { isRetriesOver } from '../failure/retry-wording.ts';
import { opensReport } from './block-statement.ts';
import { isHeader } from './client-headers.ts';
import { joinStatement } from './join-statement.ts';
import { isLaunch, startsOwnScript } from './launch.ts';
import { announces, commandGoesOn, isCaret, kindIn, type LineKind } from './line-kind.ts';
import type { LineShape } from './line-shape.ts';
import { isPersonal, isSentence } from './prose.ts';
import { hangsRetried } from './retry-lines.ts';
import { isAnswerToPrompt, isAtMargin, isBeside, isItem, isPromptEcho } from './screen-items.ts';
import { HANGING, ITEM_MARK, PROMPT_MARK } from './screen-marks.ts';
import { opensPrompt } from './shell-prompt.ts';

/** How many lines before a statement are looked at for who speaks. */
export const LOOK_BACK = 400;

const SHOWN_LINES = 4;
const EXCERPT = /^\s*\d+ \| /;
const PLACE_LINES = 8;
const PYTHON_CALL = /^File ".*", line \d+/;
/** Below it stands the trace of the client's own end. */
const OWN_TRACE = /^An uncaught exception occurred:$/;
const BARRED = /^\s*\| {1,2}(?:Read|Edit|Write|Glob|Grep|List|Todo|Task)\b/;
const BAR = /^\s*\| {1,2}\S/;
/** The same in its full screen, behind a bar: `┃  % WebFetch https://…`. */
const BARRED_MARK = /^\s*┃ {1,2}[%→←✱◇◈⚙] (?:Read|Edit|Write|Glob|Grep|List|Todo|Task|Web\w+)\b/u;
/** What stands above a line on its channel. */
export interface Above {
  /** A code fence is open. */
  readonly fence: boolean;
  /** A tool speaks. */
  readonly tool: boolean;
  /** The sentence above announces what follows, or runs into it, … */
  readonly introduced: boolean;
  /** … and it is no client's that ends in a colon. */
  readonly runInto: boolean;
  readonly prose: boolean;
  /** All that was said has the mark of a full screen before it, and the line is none of it: only the client writes there. */
  readonly beside: boolean;
  /** Something was said that is no client's header. */
  readonly strange: boolean;
}

/** Reads what stands above a line: who speaks, and whether the line is announced. Pure. */
export function readAbove(shapes: readonly LineShape[], at: number): Above {
  let fences = 0;
  /** Where the fence of a client's own trace was opened. */
  let own: number | undefined;
  let prose = false;
  let strange = false;
  // Something was said without the mark that a full screen draws before each item.
  let unmarked = false;
  let introduced: 'no' | 'next' | 'block' = 'no';
  let isColon = false;
  let tool = false;
  let toolSource: string | undefined;
  let toolIndent = 0;
  // A command line goes on down to the end of its here-document, and up to the next blank line.
  let command: string | undefined;
  let hangs = false;
  let barred = false;
  let gap = false;
  // A blank line stands between a tool's heading and what is there now: the tool's output, or the model's answer.
  let apart = false;
  let http = false;
  let shown = 0;
  let bodyEnd = -1;
  let above: LineKind = 'blank';
  for (let index = Math.max(0, at - LOOK_BACK); index < at; index += 1) {
    // The rows of a body that was wrapped are its statement's.
    if (index <= bodyEnd) continue;
    const before = shapes[index] as LineShape;
    const under = shapes[index + 1];
    if (under && isLaunch(under) && opensPrompt(before.body, under.text)) continue;
    // The line of a script that threw, over the caret, and the one that Python shows of each call.
    const below = shapes[index + 1];
    if (below && isCaret(below)) continue;
    if (below && EXCERPT.test(before.text) && isShownPlace(shapes, index)) continue;
    if (index > 0 && PYTHON_CALL.test((shapes[index - 1] as LineShape).body)) continue;
    let kind = kindIn(command, above, before, shapes[index - 1]);
    if (kind === 'tool' && isOfAction(shapes, index)) kind = 'other';
    // Below its prompt a full screen hangs its client's retries, as it does a tool's output.
    if (kind === 'tool' && HANGING.test(before.text) && hangsRetried(shapes, index)) kind = 'statement';
    if (kind === 'prose' && opensReport(shapes, index)) kind = 'detail';
    // Who ran a script that is named for its agent, and nothing before, has started the agent.
    if (kind === 'tool' && startsOwnScript(before) && shapes.slice(0, index).every(({ body }) => body === ''))
      kind = 'other';
    // Behind its prose a model starts another agent as its tool.
    if (prose && kind === 'other' && isLaunch(before) && /^\s*[$❯] /.test(before.text)) kind = 'tool';
    // What a runner of tasks heads the agent's own output with.
    if (kind === 'tool' && /^Output:$/.test(before.body) && index > 0 && isLaunch(shapes[index - 1] as LineShape))
      kind = 'blank';
    // A job's script, whose command line stands first, has started the agent: what stood above is the job's.
    if (tool && isLaunch(before) && shapes.slice(0, index).filter(({ body }) => body !== '').length === 1) tool = false;
    command = commandGoesOn(command, before, kind);
    const heading = above === 'tool';
    above = kind;
    // What a tool prints below a marked heading is indented, also behind a blank line.
    if (gap && kind !== 'blank' && before.indent < 2) tool = false;
    if (kind !== 'blank') gap = false;
    // Another worker is no tool of this one's, and no tool speaks in the first person.
    if (tool && ((before.source !== toolSource && WORKER.test(before.source ?? '')) || speaksUp(before, kind)))
      tool = false;
    if (tool && kind !== 'blank' && before.indent < toolIndent) tool = false;
    // The next item of a full screen begins anew: a prompt above it runs into nothing.
    if ((kind === 'prose' || kind === 'other') && ITEM_MARK.test(before.text)) introduced = 'no';
    switch (kind) {
      case 'fence':
        // Aider shows the trace of its own end in a fence.
        if (fences % 2 === 0 && OWN_TRACE.test(shapes.slice(0, index).findLast(({ body }) => body !== '')?.body ?? ''))
          own = index;
        if (own === undefined) fences += 1;
        else if (index > own) own = undefined;
        break;
      case 'blank':
        gap = hangs;
        if (introduced === 'block') introduced = 'no';
        // The body of an HTTP response stands behind a blank line, and a tool's output behind its heading.
        // opencode prints a line of these tools, and nothing below it.
        // What it prints of a command it indents, also behind a blank line.
        tool =
          tool &&
          (hangs ||
            http ||
            (heading && !isWhole(shapes[index - 1])) ||
            toolIndent >= 2 ||
            (barred && !isWhole(shapes[index - 1]) && (shapes[index + 1]?.indent ?? 0) >= 2));
        apart = tool && !hangs && !http;
        break;
      case 'tool':
        tool = true;
        toolSource = before.source;
        toolIndent = HANGING.test(before.text) ? 0 : before.indent;
        apart = false;
        hangs = before.glyph === 'item' && !PROMPT_MARK.test(before.text);
        barred = BAR.test(before.text);
        http = /^<? ?HTTP\/[\d.]+ \d{3}/.test(before.body);
        introduced = 'no';
        break;
      case 'place':
        shown = SHOWN_LINES;
        break;
      case 'prose':
        shown -= 1;
        if (hangs && before.indent < 2) tool = false;
        if ((tool && !apart) || shown > 0 || isPromptEcho(shapes, index)) break;
        prose = true;
        unmarked ||= !isItem(before);
        introduced = introducedBy(introduced, announces(before));
        break;
      case 'other':
        if (tool) break;
        introduced = introducedBy(introduced, announces(before));
        if (isHeader(before) || isEvent(before) || countsTries(before) || isPromptEcho(shapes, index)) break;
        strange = true;
        unmarked ||= !isItem(before);
        break;
      case 'detail':
        introduced = introducedBy(introduced, false);
        break;
      case 'statement':
        if (/\{[^}]*$/.test(before.body)) bodyEnd = endOfBody(shapes, index);
        // What a sentence says of a failure may run into what it quotes.
        if (!tool || apart) introduced = introducedBy(introduced, isSentence(before) && announces(before));
        break;
      default:
        break;
    }
    if (introduced === 'next' && kind !== 'blank') isColon = /[:：]$/.test(before.body);
  }
  const shape = shapes[at] as LineShape;
  const isAnswer = isAnswerToPrompt(shapes, at);
  // In a full screen only the client hangs a line below what the model says.
  const isClients = isAnswer && !unmarked;
  return {
    fence: fences % 2 === 1,
    tool:
      tool &&
      !isAnswer &&
      !isShownBelow(shapes, at) &&
      !ITEM_MARK.test(shape.text) &&
      !(gap && shape.indent < 2) &&
      !isBeside(shapes, at),
    introduced: introduced !== 'no' || isShownBelow(shapes, at),
    runInto: introduced !== 'no' && !isColon,
    prose: prose && !isClients,
    beside: prose && !unmarked && isAtMargin(shape),
    strange: strange && !isClients,
  };
}

/** The last row of a body that opens in a statement's line and was wrapped; the line itself where it does not close. */
export function endOfBody(shapes: readonly LineShape[], at: number): number {
  const { last } = joinStatement(shapes, at, (shapes[at] as LineShape).body);
  return /[}\]]["')\]]*[.,;]?$/.test((shapes[last] as LineShape).body) ? last : at;
}

/** Whether a wrapper's line stands right below a heading that is none of the wrapper's: it is shown there. */
function isShownBelow(shapes: readonly LineShape[], at: number): boolean {
  const { source } = shapes[at] as LineShape;
  const above = shapes[at - 1];
  return source !== undefined && above?.source === undefined && /^[A-Z][\w ]*[:：]$/.test(above?.body ?? '');
}

/** What GitHub's actions print of the commands that they run themselves, before the agent starts. */
const OF_ACTION = /^\s*\[command\]\//;

/** Whether such a command stands right above what git prints. */
function isOfAction(shapes: readonly LineShape[], index: number): boolean {
  const above = shapes.slice(Math.max(0, index - PLACE_LINES), index);
  return above.some(({ text }) => OF_ACTION.test(text)) && above.every(({ body }) => body !== '');
}

/** Whether a heading is all that a client prints of a tool. */
function isWhole(heading: LineShape | undefined): boolean {
  return heading !== undefined && (BARRED.test(heading.text) || BARRED_MARK.test(heading.raw));
}

/** A wrapper's name that is an agent's or its host's. */
const WORKER = /\b(?:agent|worker|runner|orchestrator|supervisor|fleet)\b/i;

/** Whether the model speaks, which ends what a tool printed. */
function speaksUp(line: LineShape, kind: LineKind): boolean {
  return kind === 'prose' && isPersonal(line.body) && line.indent < 2;
}

/** Whether a line tells which of its tries has failed, or that there are no more: `Auto-retry attempt 3 of 3 failed`. */
function countsTries({ body }: LineShape): boolean {
  return isRetriesOver(body) || /\b(?:attempt|retry|try) \d+ ?(?:of|\/) ?\d+ failed$/i.test(body);
}

/** Whether a line is an event of a client that writes JSON: no model writes between those. */
function isEvent({ body }: LineShape): boolean {
  return /^\{"(?:type|role|event|jsonrpc)":"/.test(body);
}

/** Whether a numbered line of a script belongs to the place that Bun shows of an error: a caret stands below it. */
function isShownPlace(shapes: readonly LineShape[], index: number): boolean {
  const next = shapes.slice(index + 1, index + 1 + PLACE_LINES).find(({ text }) => !EXCERPT.test(text));
  return next !== undefined && isCaret(next);
}

/** Behind a sentence that announces something stands a block of lines, up to the next blank one. */
function introducedBy(before: 'no' | 'next' | 'block', introduces: boolean): 'no' | 'next' | 'block' {
  if (introduces) return 'next';
  return before === 'no' ? 'no' : 'block';
}

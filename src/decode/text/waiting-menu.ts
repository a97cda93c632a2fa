import { normaliseText } from '../normalise-text.ts';
import { asksInline, isCursorLine, mayAsk } from './asking-line.ts';
import { askedOnce } from './by-shape.ts';
import { DETAILS, listFrom } from './choice-list.ts';
import { isKeyHint } from './key-hints.ts';
import { ADDRESS, HINTS, isLastScreen } from './last-screen.ts';
import { AGENTS } from './launch.ts';
import { LINE_MAX, type LineShape } from './line-shape.ts';
import { readAbove } from './lines-above.ts';
import { isAgreeOrNot } from './menu-choices.ts';
import { isLocated, isMarkedUp, isSentence } from './prose.ts';
import { AFTER_PROSE, isBelowScreensTool, TOOLS } from './quotation.ts';
import { isTestOutput } from './test-output.ts';
import type { TextSource } from './text-source.ts';
import { isBelowAskedTool } from './tool-blocks.ts';

/** A screen that asks a person for a choice. */
export interface Waiting {
  /** The last line of its choices. */
  readonly last: number;
  /** Why nothing waits: the screen is quoted, or was answered. Undefined where it is the last thing that was said. */
  readonly cancelled?: string;
}

/** Why a screen says nothing of the run: something was said after it. */
const ANSWERED = 'answered';
/** The edge of a frame that is drawn around the choices. */
const FRAMED = /^\s*[│┃║▌▐╭╰┌└╔╚]/u;
/** The cursor of a full screen, which stands before nothing else that is numbered. */
const CUT = /^[\s│┃]*[❯›]/u;
/** A row of three choices or more, or with keys in brackets. */
const KEYED_ROW = /^[[(❯›●]|\S {2,}\S.*\S {2,}\S/u;
/** A question behind another sentence. */
const SENTENCES = /\p{Ll}[.!] \p{Lu}/u;
/** In the first person a model asks. */
const OWN_QUESTION = /\b(?:I|I'm|I'll|I've|me|we|us|let's)\b/;
const LOGIN = /\b(?:log ?in|sign ?in|authenticat(?:e|ion)|authori[sz](?:e|ation))\b/i;
/** A client tells its user to open a page; prose says of users that they do. */
const OPENS =
  /(?:^|, |: )(?:please |then )?(?:open|visit|navigate to|go to|use|authenticate|log ?in|sign ?in)\b|\bbrowser (?:did|does)(?: not|n't) open\b/i;
/** The question stands in quotation marks, or in Markdown's. */
const QUOTE = /^["'`*_#]|\?["'`*]/;

const wordsOf = askedOnce(({ raw }: LineShape) =>
  normaliseText(raw.length > LINE_MAX ? raw.slice(0, LINE_MAX) : raw).trim(),
);
const asks = askedOnce((shape: LineShape) => mayAsk(wordsOf(shape), true));

/**
 * Whether the line at `at` opens a screen that asks a person: a question or a heading, below it choices of which one
 * agrees and another does not, or one is marked. Undefined where it is none. Pure.
 *
 * @param shapes lines of one text stream in order, as far as they are known
 */
export function waitingAt(shapes: readonly LineShape[], at: number, source: TextSource): Waiting | undefined {
  const shape = shapes[at] as LineShape;
  if (shape.isMute || (shape.level !== undefined && shape.level !== 'info') || !asks(shape)) return undefined;
  const screen = screenAt(shapes, at);
  if (!screen) return undefined;
  const { last, form } = screen;
  const cancelled = quotationOf(shapes, at, last, source) ?? (isLastScreen(shapes, at, last) ? undefined : ANSWERED);
  if (cancelled !== undefined) return { last, cancelled };
  const top = headingAbove(shapes, at) ?? topOf(shapes, at);
  if (isSpokenOfAbove(shapes, top)) return { last, cancelled: AFTER_PROSE };
  if (form === 'drawn') return { last };
  const { prose, strange } = readAbove(shapes, top);
  const isProse = (prose && !source.isClientOnly) || (source.hasAnswers && (strange || form === 'listed'));
  return isProse ? { last, cancelled: AFTER_PROSE } : { last };
}

interface Screen {
  readonly last: number;
  /**
   * `drawn`: only a client draws it so, with a cursor, a frame, keys in brackets, hints on keys · `said`: a client's words,
   * which prose may quote · `listed`: a model may have written it too.
   */
  readonly form: 'drawn' | 'said' | 'listed';
}

function screenAt(shapes: readonly LineShape[], at: number): Screen | undefined {
  const words = wordsOf(shapes[at] as LineShape);
  if (asksInline(words))
    return { last: at, form: /[:>›❯»]$/u.test(words) || headingAbove(shapes, at) !== undefined ? 'drawn' : 'said' };
  const isCursor = isCursorLine(words);
  if (isCursor && shapes.slice(Math.max(0, at - DETAILS), at).some(asks)) return undefined;
  return menuBelow(shapes, at, isCursor) ?? (isCursor ? undefined : loginBelow(shapes, at));
}

/** The choices that stand below a question, or begin at the line. */
function menuBelow(shapes: readonly LineShape[], at: number, isCursor: boolean): Screen | undefined {
  const list = listFrom(shapes, isCursor ? at : at + 1);
  if (!list) return undefined;
  const { choices, first, last } = list;
  const { raw, text } = shapes[first] as LineShape;
  const hints = shapes.slice(last + 1, last + 1 + HINTS).filter(({ body }) => /\p{L}/u.test(body));
  const isScreen = FRAMED.test(raw) || (hints.length > 0 && hints.every(isKeyHint));
  if (choices === 'row') return { last, form: isScreen || KEYED_ROW.test(text.trim()) ? 'drawn' : 'listed' };
  const chosen = choices.filter(({ isChosen }) => isChosen).length;
  // A list of a model's has a mark before each of its points.
  if (chosen > 1) return undefined;
  const isAlone = choices.length === 1;
  // A screen that is cut off behind its first choice still has the cursor at it.
  const hasCursor = chosen === 1 && (!isAlone || (CUT.test(raw) && choices[0]?.isKeyed === true));
  const isChoice = isAgreeOrNot(choices.map(({ label }) => label));
  if (isCursor ? !(hasCursor && isChoice) : !(isChoice || hasCursor)) return undefined;
  // No model draws that cursor; one that quotes a screen announces it.
  const isProse = SENTENCES.test((shapes[at] as LineShape).body) && !(isChoice && CUT.test(raw));
  return { last, form: isScreen || (hasCursor && !isProse) ? 'drawn' : 'listed' };
}

/** How far below the sentence the address of a login page stands. */
const ADDRESS_WITHIN = 3;

/** The address of a login page, on its own line below a sentence that sends a person there. */
function loginBelow(shapes: readonly LineShape[], at: number): Screen | undefined {
  const { body } = shapes[at] as LineShape;
  if (!LOGIN.test(body) || !OPENS.test(body)) return undefined;
  const below = shapes.slice(at + 1, at + 1 + ADDRESS_WITHIN);
  const address = below.findIndex((line) => ADDRESS.test(line.body));
  return address === -1 || below.slice(0, address).some((line) => line.body !== '')
    ? undefined
    : { last: at + 1 + address, form: 'said' };
}

/** What a tool has done, in a box of its own. */
const DONE = /^\s*[✓✔✗✕✘×●⏺⊷]\s+\S/u;

/** What a client does before it sends a person to a page: `Starting local login server on …`. */
const BEGINS = /^(?:Starting|Opening|Launching|Logging in|Signing in)\b/;

/** The first line of what the client says or draws around its question: what stands there is no tool's, but for a tool that is done. */
function topOf(shapes: readonly LineShape[], at: number): number {
  let top = at;
  while (top > 0) {
    const above = shapes[top - 1] as LineShape;
    const isBox = FRAMED.test((shapes[top] as LineShape).raw) && FRAMED.test(above.raw);
    if (!isBox && !BEGINS.test(above.body)) break;
    if (isBox && DONE.test(above.text)) return at;
    top -= 1;
  }
  return top;
}

/** What a model speaks of before it shows a screen; a client that asks has something to do. */
const SCREENS =
  /\b(?:dialogs?|prompt(?:s|ed)?|screens?|menus?|modals?|asks|asked|questions?|confirmations?|shows?|renders?|looks|displays?|prints?|wording|example|snapshots?|README|docs?)\b/i;
const PARAGRAPH = 6;

/** Whether the paragraph above a screen is a sentence about screens. */
function isSpokenOfAbove(shapes: readonly LineShape[], top: number): boolean {
  const above = shapes.slice(0, top);
  const end = above.findLastIndex(({ body }) => body !== '');
  const paragraph = above.slice(Math.max(0, end - PARAGRAPH), end + 1);
  const blank = paragraph.findLastIndex(({ body }) => body === '');
  return paragraph.slice(blank + 1).some((line) => isSentence(line) && SCREENS.test(line.body));
}

/** A client's own heading over what it wants to do, which stands between that and the question: `Cline wants to run this command:`. */
const WANTS = new RegExp(
  `^(?:${AGENTS}|the agent) (?:wants|would like|needs|is asking|asks) (?:to|permission to|approval to) \\w+.{0,60}:$`,
  'i',
);
const WANTED_LINES = 6;

/** The line of such a heading, where it opens what stands right above a question. */
function headingAbove(shapes: readonly LineShape[], at: number): number | undefined {
  const from = Math.max(0, at - WANTED_LINES);
  const found = shapes.slice(from, at).findLastIndex(({ body }) => WANTS.test(body));
  return found === -1 ? undefined : from + found;
}

/** Why a screen is only spoken of or shown. */
function quotationOf(
  shapes: readonly LineShape[],
  at: number,
  last: number,
  { isHeaded }: TextSource,
): string | undefined {
  const shape = shapes[at] as LineShape;
  const { body, text } = shape;
  if (OWN_QUESTION.test(body) && !isCursorLine(wordsOf(shape))) return 'a question of the model';
  if (QUOTE.test(body) || (isMarkedUp(text) && !isCursorLine(wordsOf(shape)))) return 'about messages';
  const lines = shapes.slice(at, last + 1);
  if (isLocated(shape) && !/^\s*\d/.test(text)) return 'a line of a file';
  if (lines.some(isTestOutput)) return 'the output of a test';
  const heading = headingAbove(shapes, at);
  const { fence, tool, introduced, prose } = readAbove(shapes, heading ?? topOf(shapes, at));
  if (heading !== undefined && prose) return AFTER_PROSE;
  if (fence) return 'inside a code fence';
  if (isHeaded?.(shapes, at)) return undefined;
  if (tool && !isBelowAskedTool(shapes, at) && !isCursorAtMargin(shapes, at, last)) return TOOLS;
  return introduced ? 'announced' : undefined;
}

/** Whether the cursor stands at the margin of a full screen, which indents what the tool above has printed. */
function isCursorAtMargin(shapes: readonly LineShape[], at: number, last: number): boolean {
  const row = shapes.slice(at, last + 1).findIndex(({ raw }) => /^[❯›] /u.test(raw));
  return row !== -1 && isBelowScreensTool(shapes, at + row);
}

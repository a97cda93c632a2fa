import type { Finality } from '../failure/failure.ts';
import { retryInText } from '../failure/retry-wording.ts';
import { isBlockKey } from './block-scalar.ts';
import { askedOnce } from './by-shape.ts';
import { isErrorBody } from './error-body.ts';
import type { LineShape } from './line-shape.ts';
import { REASON_WORDS } from './reason-words.ts';
import { isSourceCode } from './source-code.ts';
import { beginsWithStatus, labelOf, reportsStatus } from './statement-label.ts';
import { isAboutWork, isWeakStatement, speaksOfFailure } from './statement-words.ts';

/**
 * How surely a line of text is a program's word on its own failure, best first.
 * `label` a label, an exception, a status or an error body opens it · `chain` a host's phrases before such a label ·
 * `banner` a client's known sentence · `weak` words that failures and prose share · `log` a line of a log at level error.
 */
export type TextGrade = 'label' | 'chain' | 'banner' | 'weak' | 'log';

export interface StatementLine {
  readonly grade: TextGrade;
  /** The words behind label and prefixes; bodies stand in it. */
  readonly message: string;
  /** The words that stood before them: class names and host phrases. */
  readonly prefix: string;
  /** Whether the run is over with it, where a pack says so. */
  readonly final?: Finality;
}

/** How far into a line the colon of a host's phrase may stand. */
const PHRASE_MAX = 90;
/** A host's phrase comes to its failure within so many words; what needs more is a sentence that leads up to a message. */
const PHRASE_WORDS = 10;
/** How many labels and phrases are taken off one line. */
const MAX_DEPTH = 8;
/** A report's field: `Login required: no`, `Errors: 3`. A status behind a colon is none. */
const FIELD_VALUE =
  /^(?!.{0,60}\b(?:reached|exceeded)\b).{0,60}[:=]\s+(?:yes|no|none|true|false|ok|passed|failed|enabled|disabled|(?![45]\d\d$)\d{1,4}(?:\.\d+)? ?%?)\.?$/i;
/** A measurement at a line's end: `page rendered in 401 ms`. */
const MEASUREMENT = /^.{0,80}\b(?:in|took) \d+(?:\.\d+)? ?m?s\.?$/i;
/** `error = …` is a field of a report about a run, which may have got over it; what says nothing of a failure is code. */
const ASSIGNMENT = /^[\w.]+\s*=\s/;
/** A message of an SDK, as Python shows it: what its parts say may be the model's. */
const SDK_MESSAGE = /^(?:System|Assistant|User|Result)Message\(/;
/** What Node says above an error that a promise was rejected with. */
const ABOUT_REJECTION = /^This error originated either by throwing inside of an async function\b/;
const STATUS = /(?<!\d)[45]\d\d(?!\d)/;
/** Behind a warning's mark: a label, or a host's word that the whole work failed. */
const OWN_WARNING = /^(?:error\b|(?:agent|run|task|job|session)\b.{0,30}\bfailed\b)/i;
const WARNING = /^\[?(?:warning|warn|note|notice|info|debug|deprecated|deprecationwarning)\]?:/i;
/** A client's phrase before the body that it prints whole: `Error when talking to Gemini API {"error":…}`. */
const BEFORE_BODY = /^[A-Z][\w ]{3,60} (?=[[{]["{])/;
/** A request's line in the log of an HTTP client: `HTTP Request: POST https://… "HTTP/1.1 429 Too Many Requests"`. */
const FAILED_REQUEST = /\bHTTP\/[\d.]+ [45]\d\d\b/;

/**
 * What a shaped line states, if it states a failure by its form alone. Pure. Whether the words are known for a cause,
 * and whether it is a quotation, others decide.
 */
export const statementIn = askedOnce((shape: LineShape): StatementLine | undefined => {
  if (shape.isMute || isSourceCode(shape)) return undefined;
  const { body, level, stamped } = shape;
  if (isField(body) || SDK_MESSAGE.test(body) || ABOUT_REJECTION.test(body) || isBlockKey(body)) return undefined;
  if (level === 'debug') return undefined;
  if (level === 'info') {
    const tells = retryInText(body) !== undefined || FAILED_REQUEST.test(body);
    return tells ? asLog(body) : undefined;
  }
  const found = inBody(body, { marked: shape.glyph === 'fail', behindPhrase: false, depth: 0 });
  if (level === 'warn') return found ? { ...found, grade: 'log' } : asRetry(body);
  // Some screens draw a warning's mark before their own errors: `⚠ Error: 402 …`.
  if (shape.glyph === 'warn')
    return found
      ? { ...found, grade: OWN_WARNING.test(found.prefix) || /^[Yy]ou\b/.test(body) ? 'weak' : 'log' }
      : asRetry(body);
  if (level === undefined) return found ?? asRetry(body);
  if (body === '') return undefined;
  // `[ERROR] …` without a time is a label; behind a time it is a line of a log, whose words decide what it is worth.
  if (!stamped) {
    if (found && found.grade !== 'weak') return found;
    // A part of the program that is named logs its own trouble.
    const grade = shape.logger === undefined || isAboutWork(body) ? 'weak' : 'log';
    return { ...(found ?? { message: body, prefix: '' }), grade };
  }
  if (!found) return asLog(body);
  return found.grade === 'weak' && !isAboutWork(found.prefix) ? { ...found, grade: 'log' } : found;
});

/**
 * Whether a body without mark, level and time, which is no JSON, may state a failure by its form: quicker than
 * `statementIn`, which knows exceptions and retries too.
 */
export function statesByForm(body: string): boolean {
  if (labelOf(body) !== undefined || beginsWithStatus(body) || reportsStatus(body) || isWeakStatement(body, false))
    return true;
  if (body.includes('=') && ASSIGNMENT.test(body) && isOfFailure(body)) return true;
  if (BEFORE_BODY.test(body) && speaksOfFailure(body)) return true;
  return /[:：]/.test(body) && (WARNING.test(body) || afterPhrase(body) !== undefined);
}

/** Whether a line is a field of a report or a measurement, which states nothing. */
export function isField(body: string): boolean {
  return (FIELD_VALUE.test(body) || MEASUREMENT.test(body)) && retryInText(body) === undefined;
}

function asLog(body: string): StatementLine {
  return { grade: 'log', message: body, prefix: '' };
}

function isOfFailure(body: string): boolean {
  return speaksOfFailure(body) || STATUS.test(body);
}

function asRetry(body: string): StatementLine | undefined {
  return retryInText(body) ? asLog(body) : undefined;
}

interface Before {
  /** A mark that screens draw before a failure stood before the words. */
  readonly marked: boolean;
  /** A label or a host's phrase stood before the words. */
  readonly behindPhrase: boolean;
  readonly depth: number;
}

function inBody(body: string, { marked, behindPhrase, depth }: Before): StatementLine | undefined {
  if (body.length < 3 || depth > MAX_DEPTH) return undefined;
  if (WARNING.test(body)) return asLog(body);
  if (FIELD_VALUE.test(body)) return undefined;
  if (ASSIGNMENT.test(body)) return isOfFailure(body) ? asLog(body) : undefined;
  if (/^[{[]/.test(body) && isErrorBody(body)) return { grade: 'label', message: body, prefix: '' };
  const label = labelOf(body);
  if (label !== undefined) {
    const message = body.slice(label.length).replace(/\]$/, (end) => (body.startsWith('[') ? '' : end));
    const inner = inBody(message, { marked: false, behindPhrase: true, depth: depth + 1 });
    const prefix = [label.trim(), inner?.prefix].filter(Boolean).join(' ');
    return { grade: 'label', message: inner?.message || message || body, prefix };
  }
  const words = BEFORE_BODY.exec(body)?.[0];
  if (words && speaksOfFailure(words) && isErrorBody(body.slice(words.length)))
    return { grade: 'label', message: body, prefix: '' };
  if (beginsWithStatus(body) || reportsStatus(body)) return { grade: 'label', message: body, prefix: '' };
  const chain = afterPhrase(body);
  if (chain) {
    const inner = inBody(chain.rest, { marked, behindPhrase: true, depth: depth + 1 });
    const strong = inner !== undefined && inner.grade !== 'weak' && inner.grade !== 'log';
    const prefix = [chain.phrase, inner?.prefix].filter(Boolean).join(' ');
    return { grade: strong || marked ? 'chain' : 'weak', message: inner?.message ?? chain.rest, prefix };
  }
  if (marked) return { grade: 'label', message: body, prefix: '' };
  if (retryInText(body)) return asLog(body);
  return isWeakStatement(body, behindPhrase) ? { grade: 'weak', message: body, prefix: '' } : undefined;
}

/** A host's phrase that speaks of a failure, up to its colon: `Claude run failed: subtype=success: …`. */
function afterPhrase(body: string): { phrase: string; rest: string } | undefined {
  // A host's phrase begins with a word, not with a number, a bullet or a mark of Markdown.
  if (!/^[\p{L}[(]/u.test(body) || /^\[[ \dx]*\]/.test(body)) return undefined;
  const head = body.slice(0, PHRASE_MAX + 1);
  for (const colon of head.matchAll(/: +(?=\S)|:$|：/g)) {
    if (colon.index < 3) continue;
    // A sentence before the phrase is a host's: `Failed to authenticate. API Error: …`.
    const phrase = body.slice(0, colon.index).replace(/^.*[.!?] /, '');
    // The colon of a field in brackets ends no phrase: `API error from acme (model: larch-1): …`.
    if (/\(\w+$/.test(phrase)) continue;
    if (OF_WORDS.test(phrase)) return undefined;
    if (isQuoting(phrase) || / {2}/.test(phrase) || /^(?:I|We|It|This|That|If|When)\b/.test(phrase)) return undefined;
    // `Failed to login. Message: …`
    if (
      !speaksOfFailure(phrase.split(' ', PHRASE_WORDS).join(' ')) &&
      !isErrorBody(body.slice(colon.index + colon[0].length).trim(), OF_EVENTS.test(phrase)) &&
      !(IS_REASON.test(phrase) && beginsWithStatus(body.slice(colon.index + colon[0].length).trim())) &&
      !(/\w[.!] \w+$/.test(body.slice(0, colon.index)) && speaksOfFailure(body))
    )
      continue;
    const rest = body.slice(colon.index + colon[0].length).trim();
    return rest === '' ? undefined : { phrase, rest };
  }
  return undefined;
}

/** A wrapper logs its agent's events, of which any key may be the first. */
const OF_EVENTS = /\bevents?(?: stream)?$/i;
const IS_REASON = new RegExp(`^(?:${REASON_WORDS})$`, 'iu');

/** A sentence about a test or a text, up to what that says. */
const OF_WORDS =
  /^(?:The|An?|Our|Each|Every) .*\b(?:tests?|fixtures?|examples?|docs|README|banner|snapshot|stub|mock|helper)\b/;

/** Whether a quotation is still open at the end of a phrase, or a body has begun in it. */
function isQuoting(phrase: string): boolean {
  // A name in quotation marks is no quotation: `MCP server "jira" error: …`.
  const bare = phrase.replace(/(["`])[^\s"`]{1,60}\1/g, '');
  if (/(?:^|\s)['“„«][^'“”»]*$|[「『][^」』]*$/.test(bare)) return true;
  return /[`"]\s|\{|\*\*/.test(bare) || ['"', '`'].some((mark) => bare.split(mark).length % 2 === 0);
}

import { mayRetry, RETRY_WORDS, retryInText } from '../failure/retry-wording.ts';
import { normaliseText } from '../normalise-text.ts';
import { asciiAlternatives } from './ascii-alternatives.ts';
import { ASKING_WORDS, mayAsk } from './asking-line.ts';
import { DULL, hasFields, isBare } from './bare-line.ts';
import { closesJob } from './closing-lines.ts';
import { LINE_MAX, shapeLine } from './line-shape.ts';
import { mayState } from './may-state.ts';
import { beginsWithName } from './program-name.ts';
import { ENDING_WORDS, mayEndWork, speaksOfEnd } from './run-endings.ts';
import { isCode } from './source-code.ts';
import { isBareException, reportsStatus } from './statement-label.ts';
import { statesByForm } from './statement-line.ts';
import { FAILING, saysFailure } from './statement-words.ts';

/**
 * What a raw line of plain text may be, found without taking it apart. `mute`: its form rules out that it states a
 * failure · `later`: so it does, unless the line is the first that its channel says · `open`: it has to be taken apart ·
 * `blank`: nothing may be left of it.
 */
export type RawKind = 'blank' | 'mute' | 'later' | 'open';

/** Patterns of which one is in every line of ASCII that says that its program tries again, that the work is over, or what a person is to do. */
export const TELLING: readonly string[] = [RETRY_WORDS, ...ENDING_WORDS, ...ASKING_WORDS].map((one) => `(?i)${one}`);

/** Patterns of which one is in every line of ASCII that states a failure by its words; what does by a form, {@link FORM} finds. */
export const STATING: readonly string[] = [
  ...FAILING,
  // Labels and fields, requests of Go's client, warnings, and how CI's runners close a job.
  'fault|failure|fail|reason|(?:get|post|put|patch|head|delete) "https?:|warn|note|notice|info:|info\\]:|debug:|debug\\]:|deprecat|exit code|exit status|cancel',
]
  .flatMap(asciiAlternatives)
  .map((one) => `(?i)${one}`);

/** Forms of bare lines that state a failure whatever the words: a status, a class of a module, a phrase before its reason. */
const FORM = /[45]\d\d|\.[A-Z]|:\s*$/;

/** What opens an object inside another: no body begins so far in. */
const INNER = /^(?: {2,}|\t+)[{[]+$/;
/** What no failure does without where something stands before its body: a word, a mark, a level or a number. */
const OPEN = new RegExp(FAILING.join('|'), 'iu');
const OPEN_FORMS = [
  new RegExp(
    [
      '(?<![\\w.])[45]\\d\\d(?!\\w)|[\\w.]\\s*=\\s|[:：]\\s*$|[{\\[]\\s*$',
      '\\brc\\b|exit|fault|falha|crit|emerg|err|severe|level|lvl|severity|warn|note|notice|(?:info|debug|trace)\\]?:|deprecat|reason|detail|status|code',
      '■|✕|✗|✖|✘|❌|⛔|🛑|🔴|🚨|💥|🚫|×|ⓧ|☒|❗|‼',
    ].join('|'),
    'iu',
  ),
  /\w\.[A-Z]/,
];

/**
 * What a raw line may be. What is not `open` is no statement for `readTextFailure` by its form, whatever stands around
 * it, but below the title of a box; banners and statements that packs word are for others to find. Pure.
 *
 * @param tells whether one of {@link TELLING}, or anything beyond ASCII, may be in it
 * @param words whether one of {@link STATING}, or anything beyond ASCII, may be in it
 */
export function rawKind(raw: string, tells: boolean, words: boolean): RawKind {
  const body = normaliseText(raw.length > LINE_MAX ? raw.slice(0, LINE_MAX) : raw).trim();
  if (body === '') return 'blank';
  if (mayAsk(body, tells)) return 'open';
  if (INNER.test(raw)) return 'blank';
  if (hasFields(body)) return kindApart(raw);
  if (!isBare(body)) {
    const isTold = tells && (mayRetry(body) || speaksOfEnd(body));
    if (!isTold && !OPEN_FORMS.some((form) => form.test(body)) && !(words && OPEN.test(body))) return 'blank';
    return kindApart(raw);
  }
  if (isCode(body)) return 'mute';
  const isDull = DULL.test(body);
  const isOpen = (tells || words || FORM.test(body)) && mayStateBare(body, isDull, tells) && mayState(shapeLine(raw));
  if (isOpen) return 'open';
  return isDull ? 'mute' : 'later';
}

/** What `mayState` says of a line that is its own body, more quickly: of some that state nothing it is true too. */
function mayStateBare(body: string, isDull: boolean, tells: boolean): boolean {
  if (isDull ? reportsStatus(body) : statesByForm(body) || isBareException(body) || closesJob({ body })) return true;
  if (tells && (retryInText(body) !== undefined || mayEndWork(body))) return true;
  const named = beginsWithName(body);
  return named !== undefined && (saysFailure(body.slice(named.length)) || (tells && speaksOfEnd(body)));
}

/** The same of a line that has to be taken apart for it. */
function kindApart(raw: string): RawKind {
  const shape = shapeLine(raw);
  if (mayState(shape)) return 'open';
  return shape.body === '' ? 'blank' : 'later';
}

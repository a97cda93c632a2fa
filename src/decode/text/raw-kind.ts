import { mayRetry, RETRY_WORDS, retryInText } from '../failure/retry-wording.ts';
import { normaliseText } from '../normalise-text.ts';
import { ASKING_WORDS, mayAsk } from './asking-line.ts';
import { closesJob } from './closing-lines.ts';
import { LINE_MAX, PIPED } from './line-shape.ts';
import { beginsWithName } from './program-name.ts';
import { ENDING_WORDS, mayEndWork, speaksOfEnd } from './run-endings.ts';
import { isBareException } from './statement-label.ts';
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

/** A line that begins with one of these is its own body, and no label, phrase, status or sentence begins like that. */
const DULL = /^["'`/*})\];@&?,~^%\\!-]/;
/** A line that begins with one of these is its own body too, but for a level, a time or a logger before it, … */
const PLAIN = /^[A-Za-z_$.]/;
const TAKEN_OFF =
  /^(?:[A-Z]{3,8}\b|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d |[IWEF]\d{4} |[IWEF] \S+:\d+\] |[a-z][\w.-]{1,39}:? (?:ERROR|INFO|WARN|WARNING|DEBUG|FATAL|STDOUT|STDERR):? |(?:- )?[\w.-]{2,40}:(?:ERROR|WARNING|INFO|DEBUG|CRITICAL)\b)/;
/** The fields of a log, of which one may become the body. */
const FIELDS = /\s(?:message|msg|err\w*|reason|detail)=|^[\w.]+=/;
/** What no failure does without where something stands before its body: a word, a mark, a level or a number. */
const OPEN = [
  new RegExp(
    [
      FAILING,
      '(?<![\\w.])[45]\\d\\d(?!\\w)|[\\w.]\\s*=\\s|[:：]\\s*$|[{\\[]\\s*$',
      'fault|falha|crit|emerg|err|severe|level|lvl|severity|warn|note|notice|(?:info|debug|trace)\\]?:|deprecat|reason|detail|status|code',
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
 * @param tells whether one of {@link TELLING}, or anything beyond ASCII, is in it
 */
export function rawKind(raw: string, tells: boolean): RawKind {
  const body = normaliseText(raw.length > LINE_MAX ? raw.slice(0, LINE_MAX) : raw).trim();
  if (body === '') return 'blank';
  if (mayAsk(body, tells)) return 'open';
  if (body.includes('=') && FIELDS.test(body)) return 'open';
  const isDull = DULL.test(body);
  if (
    !(isDull || PLAIN.test(body)) ||
    TAKEN_OFF.test(body) ||
    PIPED.test(body) ||
    !isPrintable(body.charCodeAt(body.length - 1))
  ) {
    const isTold = tells && (mayRetry(body) || speaksOfEnd(body));
    return isTold || OPEN.some((words) => words.test(body)) ? 'open' : 'blank';
  }
  if (!isDull && (statesByForm(body) || isBareException(body) || closesJob({ body }))) return 'open';
  if (tells && (retryInText(body) !== undefined || mayEndWork(body))) return 'open';
  const named = beginsWithName(body);
  if (named && (saysFailure(body.slice(named.length)) || (tells && speaksOfEnd(body)))) return 'open';
  return isDull ? 'mute' : 'later';
}

/** The right edge of a frame, which is taken off, is not. */
function isPrintable(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

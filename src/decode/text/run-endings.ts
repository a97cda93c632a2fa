import { isAboutMessages } from './about-messages.ts';
import { asciiAlternatives } from './ascii-alternatives.ts';
import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';
import { goesWell } from './neutral-lines.ts';
import { isAboutWork } from './statement-words.ts';

/** Longer lines tell a story; a program's last words are short. */
const MAX_CHARS = 240;

const NOT_BEGUN =
  "(?:did not|didn't|could not be|couldn't be|was not|were not|not) (?:started|start|prepared|launched|begin)";
/** What a program says when it does not go on. */
const ENDS = [
  'gave up|giv(?:es|ing) up|done trying|abort(?:s|ing|ed)(?!=false)|quit(?:s|ting)?|leaving|shutting down|clos(?:es|ing) down|halt(?:s|ing|ed)?|abandon(?:s|ing|ed)',
  'stopp(?:ing|ed)|stops|terminat(?:es|ing|ed)|exit(?:s|ing)(?! (?:code|status) 0)|exit due to|failed to (?:initiali[sz]e|start|launch|create) (?:the )?(?:runtime|sandbox|agent|session)\\b(?! (?:store|file|dir|log|cache|title))|cancell?ed|not (?:be )?restart(?:ing|ed)|could not be (?:created|opened|spawned)|no (?:more|further) (?:retries|attempts|tries)|no (?:retries|attempts|tries) left',
  "nothing (?:was|is left|left|more)? ?(?:to )?(?:run|do|resume|start\\w*)|(?:cannot|can't|could not|unable to) (?:continue|proceed|go on|run|start|be started)",
  NOT_BEGUN,
  '(?:retries|retry budget|attempts|backoff ?limit) (?:are )?(?:exhausted|used up|reached|spent)',
  'exit status: exit_\\w+|ended 1[2-5]\\d$|(?:closed|ended) with (?:code |status )?[1-9]\\d{0,2}$|died with signal|killed by signal|is_error=true|finished: (?:error|failed|failure)|ended (?:\\S+ ){0,3}with (?:an )?error|(?:phase|result|state|status)=(?:failed|error|failure)',
  'ended (?:isError=true|ok=false|status=(?:error|failed))|exit[_ ]?(?:status|reason)(?:=|: )\\w*(?:Error|Exception|[Ff]ail\\w*)|stop_reason=(?:exception|error|failed|failure)|failed on \\S+: uncaught (?:\\w+\\.)*\\w*(?:Error|Exception)|(?:fatal|failed|error),? see (?:above|below|the log)|marked (?:as )?failed|(?:has|have) been failed|before (?:the|its) first (?:step|turn)',
];
const FAILS =
  '(?:run|task|job|session|entrypoint|bootstrap|setup|start-?up|stage|crew|agent|worker|execution|turn|checkout|workflow|review|mission|step|instance)\\b(?: \\S+){0,4}:? (?:failed|lost|gone|dead|died|over|ended|closed|crashed|killed|parked|rejected|recycled|dropped|discarded|errored)';
const CODE =
  '(?:exit(?:s|ed|ing)?(?: immediately)?(?: with)?|(?:finished|returned) with|exit_?(?:code|status)|rc|code|status)(?: (?:code|status))?(?: of)? ?[:=#]? ?(?:[1-9]|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])(?![\\d.%])';
/** The same in other languages. */
const ELSEWHERE =
  "termin[óo] con|finalizad[ao]|abandonn\\w+|beendet|abgebrochen|fehlgeschlagen|no se pudo (?:lanzar|iniciar)|terminado con error|encerrad\\w*|cancelad\\w+|detenid\\w+|s'arrête|arrêté\\w*|interrompu\\w*|annulé\\w*";
/** Words of scripts without spaces, so that nothing bounds them. */
const UNBOUNDED =
  /(?:mã|code|Code|kod|kodu|Kod|código|코드|コード|码|код)[ :：)]{0,2}(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\)?\.?$|(?:已|任务|运行|会话|，)(?:终止|退出|中断|失败|停止|结束)|重试失败|退出码|中止|終了し(?:ました|ます)|停止し(?:ました|ます)|중단|종료/;
const QUOTED = /[「『«“"][^」』»”"]*[」』»”"]/g;
const CYRILLIC = 'прерван\\p{L}*|заверш[её]н\\p{L}*|остановлен\\p{L}*|отменен\\p{L}*';
/** One of these words by itself. Case and letters beyond ASCII cost ten times as much to prepare, so they wait for a line with some. */
const ASCII_ENDING = new RegExp(`(?<![a-z\\d_-])(?:${[...ENDS, FAILS, CODE, ELSEWHERE].join('|')})(?![a-z_])`, 'i');
let anyEnding: RegExp | undefined;
const ASCII = /^[\x00-\x7f]*$/;
/** What stands right behind the word before an exit's number. */
const BEHIND = ['[ :=#]', '[1-4]', '[5-8]', '9'];
/** Sources of patterns, each easily looked for, of which one is in all words of ASCII that say that something is over. */
export const ENDING_WORDS: readonly string[] = [
  ...[...ENDS.filter((one) => one !== NOT_BEGUN), FAILS, ELSEWHERE].flatMap(asciiAlternatives),
  '(?:not|t|be) (?:start|prepared|launched|begin)',
  'exit|(?:finished|returned) with',
  ...['rc', 'code', 'status'].flatMap((word) => BEHIND.map((behind) => word + behind)),
];
/** A part in brackets, or a program's name, that stands before a host's own words. */
const NAMED =
  /^\[[\w ./:#@-]{2,40}\] |^[a-z][\w.-]{1,30}(?: (?:agent|bridge|daemon|driver|host|launcher|runner|supervisor|worker|wrapper))?(?:\[\w+\])?: /;

/** Words without what stands in brackets and bodies behind them, which is their detail. */
function said(words: string): string {
  return words.replace(/ ?[({[].*$/s, '');
}

/** A field of a log, with its value in quotation marks: `reason="not pushed"`. */
const FIELD = /(\b\w+=)"([^"]*)"/g;

/** A wrapper's name for a piece of work: `[job 8812]`. */
const NAMES_WORK = /\b(?:job|run|task|session|step|item)\b/;

/** Whether a line says, as a program does, that the work is over: `giving up`, `exiting with 75`, `run cancelled`. */
export const saysEnded = askedOnce((shape: LineShape): boolean => {
  const { body } = shape;
  // The transport of a tool server is not the run.
  if (/\btransport channel closed\b|^tool \w+ |\bobservation\b/i.test(body)) return false;
  // A quotation that began above ends here.
  const { source = '' } = shape;
  const words = NAMES_WORK.test(source) ? `${source.replace(/[[\]:|]/g, '')} ${body}` : body;
  if (
    said(words).length > MAX_CHARS ||
    !speaksOfEnd(words.length > MAX_CHARS ? said(words) : words) ||
    body.split('"').length % 2 === 0
  )
    return false;
  // The value of a field is no quotation in a log's line on an error.
  const isLogged = shape.stamped && shape.level === 'error';
  return (
    !goesWell(shape) &&
    !isAboutMessages(isLogged ? body.replace(FIELD, '$1$2') : body, !isNamed(shape)) &&
    !(/^[\w.]+\s*=/.test(body) && shape.source === undefined && !isLogged)
  );
});

/** Words that name what is over: the program itself, or what it runs in. */
const OWN_END =
  /^(?:Exiting (?:due to|because)|Failed to (?:initiali[sz]e|start|launch|create) (?:the )?(?:runtime|sandbox|agent|session))\b/;

/** Whether it is the agent's work, or the host's on it, that a line says is over. */
export const endsWork = askedOnce(
  (shape: LineShape): boolean =>
    saysEnded(shape) &&
    (isAboutWork(shape.body) ||
      NAMES_WORK.test(shape.source ?? '') ||
      NAMED.test(shape.text.trimStart()) ||
      OWN_END.test(shape.body)),
);

/** Whether words say that something is over. */
export function speaksOfEnd(words: string): boolean {
  const isEnding = ASCII_ENDING.test(words) || OTHER_CASES.test(words);
  return (isEnding && (ASCII.test(words) || foreignEnding().test(words))) || UNBOUNDED.test(words.replace(QUOTED, ''));
}

/** Letters by which a foreign ending may be one that the pattern for ASCII does not find: Cyrillic, and what only Unicode takes for an s or k. */
const OTHER_CASES = /[\u0400-\u052f\u1c80-\u1c88ſ\u212a]/;

function foreignEnding(): RegExp {
  anyEnding ??= new RegExp(
    `(?:^|[^\\p{L}\\d_-])(?:${[...ENDS, FAILS, CODE, ELSEWHERE, CYRILLIC].join('|')})(?![\\p{L}_])`,
    'iu',
  );
  return anyEnding;
}

/** Whether a body may be a program's word that the work is over; `saysEnded` and `endsWork` know exceptions. */
export function mayEndWork(body: string): boolean {
  return (
    said(body).length <= MAX_CHARS &&
    (isAboutWork(body) || NAMED.test(body) || body.startsWith('Exiting ')) &&
    speaksOfEnd(body)
  );
}

/** Whether a program has put its name before the line. */
export function isNamed({ source, text }: LineShape): boolean {
  return source !== undefined || NAMED.test(text.trimStart());
}

import type { Retrying } from './failure.ts';

/** Another credential, worker or model takes the work over: `run 3 moved to key #2`, `replaced by worker-7`. */
const HANDS_OVER =
  /\b(?:moved|moves|moving|routed|rerouted|rotated|rotates|rotating|reassigned|handed(?: over)?|failed over|goes) to (?:the |a |an |its )?(?:(?:next|other|another|fresh|second|spare|standby) )*(?:token|key|account|credential|profile|subscription|slot|seat|worker|agent|teammate|provider|model|region|endpoint|deployment|replica)\b|\b(?:replaced|relieved|taken over|succeeded) by\b|\b(?:took|takes|taking) over\b/i;

/** The same as the marks below in other languages, as far as the line does not say that it failed again. */
const ELSEWHERE = new RegExp(
  `^(?!.*(?:。$|失败|失敗|放弃|中止|실패|échou|abandon|fehlgeschlagen|fallid|fallado|falhou|agotad|esgotad|неудач|не удал))(?:.*(?:${[
    '(?:正在|开始|准备|秒后|次|自动)(?:重试|重连|重新连接)|(?:重试|重连|重新连接)(?:中|…|\\.{3})|重新连接…|换用',
    '再接続(?:中|し)|再試行(?:中|し)|やり直し|다시 시도(?:하|합| 중)|재시도 ?(?:중|하|합)|재연결 ?(?:중|하|합)|повторн\\p{L}+ попытк|переподключ',
  ].join('|')})|.*\\b(?:${[
    'reintentando|nuevo intento|reconectando|nouvelle tentative|nouvel essai|tentando novamente|tentando de novo|nova tentativa',
    'neuer versuch|erneuter versuch|nuovo tentativo|riprovo',
  ].join('|')})\\b)`,
  'iu',
);

const MARKS = [
  /\bretry(?:ing)?\b.{0,30}\b(?:in|after) (?:about |~)?[\d.]+ ?(?:ms|m?s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h)\b/i,
  /(?<!\b(?:before|when|while|without|instead of|try|worth|by|after|stop|stopped|for|of|keep) )\bretrying\b(?! (?:failed(?! (?:request|call|job|step))|did not|will not|won't))/i,
  /\b(?:will|going to) (?:be )?retr(?:y|ied)\b/i,
  /\b(?:reconnecting|(?<!\b(?:before|and|or|by) )trying again|will try again|retrying connection)\b/i,
  /\b(?:attempt|retry|try)[ #:]*\d+ ?(?:\/|of) ?\d+\b/i,
  /\bwaiting (?:for )?[\d.]+ ?(?:s|ms|sec|seconds|minutes)\b.{0,30}\b(?:retry|again|before)/i,
  /\bAttempt #\d+\b/,
  // What tenacity says: `Retrying f in 4.0 seconds as it raised RateLimitError: …`.
  /\bas it raised\b/,
  /\b(?:sleeping|backing off|(?<!\bWarning +)backoff)\b/i,
  /\battempt \d+ failed\b|\b\d+ (?:retries|attempts) (?:left|remaining)\b/i,
  /\brestart(?:ing)? \d+ of \d+\b|\brestarting (?:it|in|the|with)\b|[;,] (?:restarting|resuming)\b(?! (?:failed|is|was|did|will))|(?<!\bin )\bcool(?:ing[ -]?|-?)down\b|(?<!\bnot (?:be(?:en)? )?)\brequeu(?:ed|ing)\b|\bnext (?:attempt|try) in\b/i,
  // The work goes on with something else.
  /\bautomatically switched\b|\bswitched you to\b|\b(?:switching|falling back|fallback)\b.{0,40} (?:to|from)\b|\bEMBEDDED FALLBACK\b|\b(?:running|using|trying) (?:the )?(?:embedded|fallback|backup|secondary|next)\b|\btrying fallback\b|\bfallback \S+ (?:is )?in use\b|(?<!\bfailed )\brefreshing\b|\brenewing\b|\brequesting a new\b|\bnot up yet\b|\bwaiting for \w+ \.\.\./i,
  /^\w+[._]retry\b/,
  HANDS_OVER,
  ELSEWHERE,
  // Another credential takes over.
  /\busing (?:key|account|profile|credential) #?\d/i,
  /^attempt \d+: (?:running|started|starting)/i,
];

/** The client has done without what failed. */
const INSTEAD = /\bfalling back to\b/i;

/** The source of a pattern for a part of each mark: most lines have none, and are not tried on all of them. */
export const RETRY_WORDS =
  'retr|reconnect|raised|trying|try again|attempt|try[ #:]*\\d|waiting|sleep|back|restart|cool|resuming|requeu|next (?:attempt|try)|switch|embedded|refreshing|renewing|requesting|up yet|using (?:key|account|profile|credential)|(?:running|using) (?:the )?(?:secondary|next)|(?:moved|moves|moving|routed|reassigned|over|handed|goes) to|rotat|(?:replaced|relieved|over|succeeded) by|(?:took|takes|taking) over|reintent|intento|tentativ|tentando|versuch|nouvel|reconect|riprov';
const FOREIGN = /[^\x00-\x7f]/;
const retryWords = new RegExp(RETRY_WORDS, 'i');

/** Whether a part of any mark of a retry is in a text. */
export function mayRetry(text: string): boolean {
  return retryWords.test(text) || (FOREIGN.test(text) && ELSEWHERE.test(text));
}

/** Words that say that the retries are over. They beat every mark of a retry. */
const OVER =
  /\b(?:exceeded (?:the )?(?:retry|max)|retr(?:y|ies) (?:limit|attempts?|budget)? ?(?:exceeded|exhausted|reached|failed)|max(?:imum)? (?:number of )?(?:retries|attempts|retry attempts)\b.{0,20}(?:exceeded|reached|exhausted)|after \d+ (?:attempts?|retries|tries)|after (?:retry|attempt|try) \d+|after [\d.]+ ?s(?:econds)? of retr\w+|failed after|giving up|retried:? \d+ times|total retry|will not retry|gave up|no (?:more )?(?:retries|retry|attempts|tries)\b|out of retries|retries (?:used up|exhausted)|(?:will )?not (?:be )?retr(?:y|ied|ying))\b/i;

/** Whether words say, beside what failed, that the retries are over. */
export function saysRetriesOver(words: string): boolean {
  return OVER.test(words);
}

/** What is said of the last try: `try 5 of 5; terminated`. */
const LAST =
  /\b(?:terminated|aborted|stopp(?:ed|ing)|gave up|exit(?:s|ed|ing)|ended|failed|exhausted|(?:\w+_)?failure)\b/i;

/** Whether a line says no more than that the retries are over. */
export function isRetriesOver(line: string): boolean {
  return line.length <= 80 && OVER.test(line);
}

/**
 * Whether a message says that its client tries again, and how far it has come. A piece of advice ("please try again
 * later", "retry in a minute") is no retry of the client's own, and one that waits for hours is none that helps the run.
 */
export function retryInText(text: string): Retrying | undefined {
  if (!mayRetry(text) || OVER.test(text)) return undefined;
  if (!MARKS.some((mark) => mark.test(withoutAdvice(text)))) return undefined;
  const counted = /(\d+) ?(?:\/|of) ?(\d+)|\battempt=(\d+) max\w*=(\d+)/.exec(text);
  const delay = /\bin ([\d.]+) ?(ms|sec|s|min|m|h)/i.exec(text);
  const attempt = counted ? Number(counted[1] ?? counted[3]) : undefined;
  const max = counted ? Number(counted[2] ?? counted[4]) : undefined;
  const isLast = attempt !== undefined && attempt === max;
  if ((isLast && LAST.test(text)) || delay?.[2]?.toLowerCase() === 'h') return undefined;
  return {
    ...(INSTEAD.test(text) && { isInstead: true }),
    ...(attempt !== undefined && { attempt }),
    ...(max !== undefined && { max }),
    ...(delay && { delayMs: Number(delay[1]) * unitMs(delay[2] as string) }),
  };
}

function withoutAdvice(text: string): string {
  return text
    .replace(/\\[nrt]/g, ' ')
    .replace(/\bRetrying the request (?:may|might|can)\b/g, '')
    .replace(/\b(?:please |you (?:can|may|could) |then |and |or )(?:try again|retry|wait)\b(?:[^.;"}·]|\.\d)*/gi, '');
}

function unitMs(unit: string): number {
  if (unit === 'ms') return 1;
  return unit.startsWith('m') ? 60_000 : 1_000;
}

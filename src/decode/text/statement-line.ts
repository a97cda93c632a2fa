import { retryInText } from '../failure/retry-wording.ts';
import type { LineShape } from './line-shape.ts';

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
}

const FAILED =
  /(?:\b|_)(?:error(?:ed)?|failed|failure|exceptions?|fatal|crash(?:ed)?|abort(?:ed)?|refused|denied|rejected|could not|couldn't|unable|cannot|can't|terminated|exited|died|panic(?:ked)?|problem|unhandled|uncaught|issue|invalid|错误|失败|ошибка|エラー)\b|(?:Error|Exception)\b|错误|失败|エラー/i;
/** `Error:`, `FATAL ERROR:`, `[API Error: …]`, `litellm.RateLimitError:`, `Error [ERR_X]:`, `API Error (Request timed out.)`. */
const LABEL =
  /^\[?(?:(?:Uncaught|Unhandled|Caught|Fatal|FATAL|Critical|Unexpected|Internal|Unrecoverable|An?)\s+)*(?:(?:API|LLM|SDK|RPC|HTTP|Agent|Provider|Server|Auth|Network|Stream|Request|Connection|Execution|Runtime|System|CLI|Client|Model|Configuration|Config|npm|Upstream|Backend|Gateway|Validation|Permission|Quota|Billing|Usage|Startup|Login|Session)\s+)?(?:(?:[\w$]+[.:]{1,2})*\w*(?:Error|Exception|Fault|Failure)|(?:[\w$]+\.)+[A-Z]\w+|(?:error|reason|failure|fail)[_ ]?(?:message|code|reason|details?|description)|ERROR|error|ERR!|fatal|FATAL|Fatal|panic|PANIC|ERREUR|FEHLER|Fehler|Erreur|错误|エラー|오류|Ошибка|Erro)(?:\s*\[[\w.:-]+\]|\s*\([^()]{1,60}\)|\s+\d{3}|\s+[A-Z_]{4,30})?(?:\s*[:：]|\s+[-–—]|(?=\s*[[{(]))\s*/;
const STATUS_START =
  /^(?:HTTP\s+)?(?:Error\s+)?\(?[45]\d\d\)?(?:\s+(?:status code|Client Error|Server Error)|[:\s-]+["{[A-Z(]|\s*$|,)/;
const ERROR_CODE = /^(?:Error code|status code|statusCode|Status|HTTP status|code)[:=\s]+[45]\d\d\b/i;
const PHRASE_MAX = 90;
const WEAK =
  /^(?:Failed to|Unable to|Could not|Couldn't|Cannot|Can't|Failed|No (?:\w+ ){0,3}(?:found|configured|available|provided|set)|Missing|Invalid|Incorrect|Unauthorized|Unauthenticated|Forbidden|Access denied|Permission denied|Connection (?:error|refused|reset|closed|timed out|lost)|Network error|Request (?:failed|timed out|aborted)|Timed? ?out|Not authenticated|Rate limit|Too many|Out of|Insufficient|Exceeded|Unsupported|Unknown|Unexpected|Internal server|stream)\b/;
const SUBJECT =
  /^(?:Authentication|Quota|Service|(?:The|This|Your|You(?:'ve| have|'re| are| do| don't| must| need))\b|Model|Agent|Execution|Process|Command|Session|Subscription|Credits?|Usage|Billing|Payment|Upstream|Login|Token|Account|Provider|Server|API|Request|Response|Stream|Client|Conversation|Prompt|Context|Organization|Limit)\b/;
const PREDICATE =
  /\b(?:not|failed|failure|errors?|denied|expired|exceeded|exhausted|reached|disabled|blocked|unavailable|terminated|crashed|died|invalid|missing|required|rejected|unsupported|suspended|refused|out of|hit|insufficient|no longer|cannot|can't|couldn't|unable|closed|lost|timed out|down|deprecated|retired|overloaded|broken|stuck|revoked|too (?:long|large|many|low)|low|used up|restricted|deactivated|depleted|aborted|unauthorized|forbidden|ended)\b/i;
/** A report's field or a measurement: `Login required: no`, `page rendered in 401 ms`. */
const FIELD =
  /^.{0,60}[:=]\s+(?:yes|no|none|true|false|ok|passed|failed|enabled|disabled|(?![45]\d\d$)\d{1,4}(?:\.\d+)? ?%?)\.?$|\bin \d+(?:\.\d+)? ?m?s\b/i;

/** A log's phrase about the work itself, not about something beside it. */
const ENDS_WORK =
  /\b(?:fatal|start|launch|running|execut\w+|turn|session|agent|task|attempt|prompt|unhandled|request|stream|completion|conversation)\b/i;

/**
 * What a shaped line states, if it states a failure by its form alone. Pure. Whether the words are known for a cause,
 * and whether it is a quotation, others decide.
 */
export function statementIn(shape: LineShape): StatementLine | undefined {
  const found = inBody(shape.body, shape.glyph === 'fail');
  const level = shape.level;
  if (level === 'debug' || level === 'info') {
    const retries = level === 'info' && retryInText(shape.body) !== undefined;
    return retries ? { grade: 'log', message: shape.body, prefix: '' } : undefined;
  }
  if (level === 'warn' || shape.glyph === 'warn') return found && { ...found, grade: 'log' };
  if (!shape.stamped && level === undefined) return found;
  // A log line: its level says "error", its words decide what that is worth.
  // `[ERROR] …` without a time is a label.
  if (!shape.stamped && found && (level === 'error' || level === 'fatal')) return found;
  if (!found)
    return level === undefined || shape.body === '' ? undefined : { grade: 'log', message: shape.body, prefix: '' };
  if (level === undefined) return found;
  return found.grade === 'weak' && !ENDS_WORK.test(found.prefix) ? { ...found, grade: 'log' } : found;
}

/** Whether a line has a predicate of failure: enough where it is all that a run has said. */
export function saysFailure(body: string): boolean {
  return body.length <= 300 && PREDICATE.test(body);
}

/** Whether a line is a field of a report or a measurement, which states nothing. */
export function isField(body: string): boolean {
  return FIELD.test(body);
}

function inBody(body: string, marked: boolean): StatementLine | undefined {
  if (body.length < 3) return undefined;
  const warning = /^\[?(?:warning|warn|note|notice|info|debug|deprecated)\]?:/i.test(body);
  if (warning) return { grade: 'log', message: body, prefix: '' };
  // `error = …` is a field of a report about a run, which may have got over it.
  if (FIELD.test(body)) return undefined;
  if (/^[\w.]+\s*=\s/.test(body)) return { grade: 'log', message: body, prefix: '' };
  if (/^[{[]/.test(body) && isErrorBody(body)) return { grade: 'label', message: body, prefix: '' };
  const label = LABEL.exec(body);
  if (label) {
    const message = body.slice(label[0].length).replace(/\]$/, (end) => (body.startsWith('[') ? '' : end));
    const inner = inBody(message, false);
    const prefix = [label[0].trim(), inner?.prefix].filter(Boolean).join(' ');
    return { grade: 'label', message: inner?.message || message || body, prefix };
  }
  if (STATUS_START.test(body) || ERROR_CODE.test(body)) return { grade: 'label', message: body, prefix: '' };
  const chain = afterPhrase(body);
  if (chain) {
    const inner = inBody(chain.rest, marked);
    const strong = inner !== undefined && inner.grade !== 'weak';
    const prefix = [chain.phrase, inner?.prefix].filter(Boolean).join(' ');
    return { grade: strong || marked ? 'chain' : 'weak', message: inner?.message ?? chain.rest, prefix };
  }
  if (marked) return { grade: 'label', message: body, prefix: '' };
  if (retryInText(body)) return { grade: 'log', message: body, prefix: '' };
  const states = WEAK.test(body) || (SUBJECT.test(body) && PREDICATE.test(body));
  return states ? { grade: 'weak', message: body, prefix: '' } : undefined;
}

/** A host's phrase that speaks of a failure, up to its colon: `Claude run failed: subtype=success: …`. */
function afterPhrase(body: string): { phrase: string; rest: string } | undefined {
  const head = body.slice(0, PHRASE_MAX + 1);
  for (const colon of head.matchAll(/: (?=\S)|:$|：/g)) {
    if (colon.index < 3) continue;
    // A sentence before the phrase is a host's: `Failed to authenticate. API Error: …`.
    const phrase = body.slice(0, colon.index).replace(/^.*[.!?] /, '');
    if (/[`"]\s|\{/.test(phrase) || /^(?:I|We|It|This|That|If|When)\b/.test(phrase)) return undefined;
    if (!FAILED.test(phrase)) continue;
    const rest = body.slice(colon.index + colon[0].length).trim();
    return rest === '' ? undefined : { phrase, rest };
  }
  return undefined;
}

/** A body that a provider or client prints for an error: it says `error`, or a status with a message. */
function isErrorBody(body: string): boolean {
  return (
    /^\[?\{\s*["'](?:error|errors|detail|message|type|status|statusCode|code|request_id|name|msg|success|object|@type|title)["']/.test(
      body,
    ) &&
    /["'](?:error|errors|detail|error_code|error_msg|reason)["']\s*:|["']type["']\s*:\s*["']error["']|["'](?:status|code|statusCode)["']\s*:\s*["']?[45]\d\d/.test(
      body,
    )
  );
}

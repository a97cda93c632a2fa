import { anyWord, startsWithAny } from './any-of.ts';

/** Words by which a phrase up to a colon speaks of a failure: `Claude run failed: …`. */
const FAILED_WORDS = [
  'error(?:ed)?|failed|failures?|exceptions?|fatal|crash(?:ed)?|abort(?:ed)?|refused|denied|rejected',
  "could not|couldn't|unable|cannot|can't|terminated|stopped|exited|ended|died|panic(?:ked)?|gave up|went wrong|falha|falhou|停止|中断",
  'problem|unhandled|uncaught|issue|invalid|(?<!_)exhausted',
];
const FAILED = new RegExp(`(?:\\b|_)(?:${FAILED_WORDS.join('|')})\\b|(?:Error|Exception)\\b`, 'i');
/** The same in other languages, whose scripts know no `\b`. */
const FAILED_ELSEWHERE = new RegExp(
  [
    '错误|失败|异常|错誤|失敗|エラー|오류|실패|[制上]限に達し|(?:已达|达到).{0,6}(?:上限|限制)|(?:已|被)(?:用完|用尽|耗尽|过期|失效|禁用|封禁|拒绝|终止)',
    '余额不足|额度不足|无效的|繁忙|过载|過負荷|混み合って|과부하|혼잡|перегружен|überlastet|surchargé|saturad[ao]|sobrecarregad[ao]|sobrecargad[ao]|sovraccaric[ao]|超时|不可用|已饱和|期限切れ|無効|拒否|超過|停止しました|만료|초과|거부|중단|유효하지',
    'ошибка|сбой|исчерпан|превышен|остановлен|прерван|ист[её]к|отказано|недоступ|недействител|не удалось',
    'fehler|fehlgeschlagen|abgebrochen|abgelaufen|aufgebraucht|gestoppt|gesperrt|ungültig|verweigert|erforderlich|nicht (?:erreichbar|gefunden|angemeldet)',
    'erreur|échec|échoué|expiré|épuisé|dépassé|arrêté|interrompue?\\b|refusé|requise|invalide\\b|impossible de',
    'fallo|falló|fallido|detenid[ao]|agotad[ao]|caducad[ao]|expirad[ao]|rechazad[ao]|denegad[ao]|insuficiente|requerid[ao]|inválid[ao]|no se pudo',
    'erro\\b|falhou|esgotad[ao]|excedid[ao]|interrompid[ao]|negad[ao]\\b|não foi possível',
    'errore\\b|fallit[ao]|scadut[ao]|esaurit[ao]|interrott[ao]|negato\\b|mislukt|verlopen|gestopt|ongeldig|geweigerd',
    'feilet|utløpt|sperret|stoppet\\b|misslyckades|utgått|stoppad\\b|nie powiodł|wygas[łl]|zatrzyman|odmow|başarısız|durduruldu|süresi doldu',
  ].join('|'),
  'i',
);

export function speaksOfFailure(phrase: string): boolean {
  return FAILED.test(phrase) || FAILED_ELSEWHERE.test(phrase);
}

/** How failures begin that name no subject: prose begins like that as well. */
const WEAK = [
  "failed to|unable to|could not|couldn't|cannot|can't|failed|no (?:\\w+ ){0,3}(?:found|configured|available|provided|set)",
  'missing|invalid|incorrect|unauthorized|unauthenticated|forbidden|access denied|permission denied|not authenticated',
  'connection (?:error|refused|reset|closed|timed out|lost)|network error|request (?:failed|timed out|aborted)|timed? ?out',
  'an? (?:\\w+ ){0,2}error (?:has )?occurred',
  'max(?:imum)?(?: number of)? (?:turns|steps|iterations)|rate limit|too many|out of|insufficient|exceeded|unsupported|unknown|unexpected|internal server|stream',
];
/** What failures are about. */
const SUBJECT = [
  'authentication|authorization|credentials?|login|session|token|oauth|api|key|account|organization|subscription|workspace',
  "quota|credits?|usage|billing|payment|limit|balance|plan|the|this|your|you(?:'ve| have|'re| are| do| don't| must| need)?|we(?:'re)?",
  'model|provider|server|service|upstream|gateway|client|request|response|stream|connection|conversation|prompt|context',
  'agent|execution|process|command|run|task|job|worker|turn|step|review|claude|codex|gemini|cli|copilot|cursor|opencode|aider',
  'goose|amp|qwen|cline|kilo|roo|kimi|kiro|droid|crush|auggie|openhands|openclaw|plandex|iflow|grok|antigravity',
  'openai|anthropic|google|azure|bedrock|vertex|openrouter|deepseek|mistral|groq|moonshot|ollama|litellm|github',
];
/** What is said of them. */
const PREDICATE = [
  'not|failed|failure|errors?|denied|expired|exceeded|exhausted|reached|disabled|blocked|unavailable|terminated|crashed|died',
  "invalid|missing|required|rejected|unsupported|suspended|refused|out of|hit|insufficient|no longer|cannot|can't|couldn't|unable",
  'closed|lost|timed out|down|deprecated|retired|overloaded|broken|stuck|revoked|too (?:long|large|many|low)|low|used up|used all',
  'restricted|deactivated|depleted|aborted|unauthorized|forbidden|ended|stopped|lacks?|consumed|already used|used all',
  'panicked|having trouble|run out|greater than the (?:context|maximum|model|limit)|(?:limit|maximum)\\w* reached',
  'no (?:\\w+ ){0,2}(?:quota|credits?|balance|access|permission|requests|tokens)|past due|no space left|exceeds (?:the|your|its)',
];
/** What a program says of its own failure behind its name, and prose of anything. */
const OWN_PREDICATE = [
  'no (?:\\w+ ){0,3}found|expired|lapsed|withdrawn|declined|rejects?|impossible|unknown|empty|spent|gone|read-only',
];
/** Who works: a host's sentence about it may begin in small letters. */
const WORKER = /^(?:agent|run|task|job|worker|review|execution|session|claude|codex|gemini)\b/;
const beginsWeak = startsWithAny(WEAK);
const hasSubject = startsWithAny(SUBJECT);
const predicates = anyWord(PREDICATE);
const ownPredicates = anyWord([...PREDICATE, ...OWN_PREDICATE]);
/** The sources of patterns for words of which some stand in every phrase and sentence that states a failure. */
export const FAILING: readonly string[] = [
  ...FAILED_WORDS,
  FAILED_ELSEWHERE.source,
  ...WEAK,
  ...PREDICATE,
  ...OWN_PREDICATE,
];

/**
 * Whether words state a failure as prose could too: `Failed to …`, `Your session has expired`.
 *
 * @param behindPhrase the words stand behind a host's phrase and its colon, and may begin in small letters
 */
export function isWeakStatement(words: string, behindPhrase: boolean): boolean {
  // A row of a table is no statement, and no heading in capitals is.
  if (/\S {3,}\S/.test(words)) return false;
  if (/[A-Z]/.test(words) && !/\p{Ll}/u.test(words)) return false;
  if (!behindPhrase && !/^[A-Z]/.test(words) && !WORKER.test(words)) return false;
  const said = words.replace(/^(?:Sorry|Oops|Whoops|Uh oh)[,!.] /i, '');
  if (said !== words) return isWeakStatement(said, true);
  return beginsWeak.test(words) || (hasSubject.test(words) && predicates.test(words));
}

/** Whether words have a predicate of failure: enough where they are all that a run has said. */
export function saysFailure(words: string): boolean {
  return words.length <= 300 && (ownPredicates.test(words) || FAILED_ELSEWHERE.test(words));
}

/** Words by which a log's phrase is about the work itself, not about something beside it. */
const WORK = [
  'fatal|start(?:ed|ing)?|launch(?:es)?|entrypoint|bootstrap|running|run|execut\\w+|turns?|session|agents?|tasks?|jobs?|workers?|attempt|prompt|unhandled',
  'requests?|stream|completions?|conversation|claude|codex|gemini|cli|model|llm|provider|review|step|query|chat',
];
const work = anyWord(WORK);

/** Whether a phrase speaks of the agent's own work: a log line at level error about anything else ends nothing. */
export function isAboutWork(phrase: string): boolean {
  return work.test(phrase);
}

/** Adjectives before a label: `Fatal error:`, `Unhandled exception:`. */
const ADJECTIVE =
  '(?:Uncaught|Unhandled|Caught|Fatal|FATAL|Critical|Unexpected|Internal|Unrecoverable|Terminal|An?)\\s+';
/** Whose error it is: `API Error:`, `Provider error:`. */
const OWNER = [
  'API|LLM|SDK|RPC|HTTP|Agent|Provider|Server|Auth|Network|Stream|Request|Connection|Execution|Runtime',
  'System|CLI|Client|Model|Configuration|Config|npm|Upstream|Backend|Gateway|Validation|Permission|Quota|Billing|Usage',
  'Startup|Login|Session|Process|Subprocess|Application|Transport|Protocol|Inference|Completion',
].join('|');
/** `litellm.RateLimitError`, `google.api_core.exceptions.PermissionDenied`, `AI_APICallError`. */
const CLASS_NAME =
  '(?:[\\w$]+[.:]{1,2})*\\w*(?:Error|Exception|Fault|Failure|UnhandledPromiseRejection)|(?:[\\w$]+\\.)+[A-Z]\\w+';
const FIELD_NAME =
  '(?:error|reason|failure|fail)[_ ]?(?:message|code|reason|details?|description)|(?:reason|error)(?:Code|Message|Type|Reason)';
const WORD =
  'ERROR|error|ERR!|fatal|FATAL|Fatal|panic|PANIC|FAILED|ERREUR|FEHLER|Fehler|Erreur|Fallo|Falha|Erro|错误|錯誤|エラー|오류|Ошибка';
/** `Error [ERR_X]`, `Error (401)`, `Error 401`, `Error EACCES`. */
const DETAIL = '\\s*\\[[\\w.:-]+\\]|\\s*\\([^()]{1,60}\\)|\\s+\\d{3}|\\s+[A-Z_]{4,30}';
const END = '\\s*[:：]|\\s+[-–—]|\\](?=\\s*\\{)|(?=\\s*[[{(])';
const LABEL = new RegExp(
  `^\\[?(?:${ADJECTIVE})*(?:(?:${OWNER})\\s+)?(?:${CLASS_NAME}|${FIELD_NAME}|${WORD})(?: (?:output|message|details?|info))?(?:${DETAIL})?(?:${END})\\s*`,
);

/** A host's label in brackets: `[System Error] stream disconnected …`. */
const BRACKETED = new RegExp(`^\\[(?:${OWNER}) (?:Error|ERROR)\\]\\s+(?=\\S)`);

/** `401 Unauthorized`, `HTTP 502: …`, `429 {"error": …}`. */
const STATUS_START =
  /^(?:HTTP\s+)?(?:Error\s+)?(?:\(?[45]\d\d\)?(?:\s+(?:status code|Client Error|Server Error)|[:\s-]+["{<[A-Z(]|\s*$)|\[[45]\d\d\][:\s-]+["{<[A-Z(])/;
/** `Error code: 429 - {…}`, `status code=401`. */
const HTTP_STATUS =
  /^(?:HTTP|unexpected status) (?:Error )?[45]\d\d\b(?! (?:means?|is|was|says|stands|tells|indicates|signals|denotes|should|would)\b)/i;
const ERROR_CODE = /^(?:Error code|status code|statusCode|Status|HTTP status|code)[:=\s]+[45]\d\d\b(?!,$)/i;

/** A program's name before a status: `droid exec: 401 status code (no body)`. */
const NAMED_STATUS = /^[a-z][\w-]*(?: [a-z]+){0,2}: (?=\S)/;
/** A request of Go's HTTP client that came to nothing, with the answer's reason before it: `Unauthorized: POST "https://…": 401 …`. */
const GO_REQUEST = /^(?:[A-Z][a-z]+(?: [A-Z][a-z]+){0,3}: )?(?:Get|Post|Put|Patch|Head|Delete) "https?:\/\/[^"\s]+": /i;
/** What Python's HTTP client says of a response: `401, message='Unauthorized', url='…'`. */
const RESPONSE_ERROR = /(?:^|: )[45]\d\d, message='/;

/** A wrapper tells how it was answered: `upstream replied 401: {…}`. */
const REPLIED =
  /^(?:upstream|provider|gateway|backend|proxy|llm|api|model|server) (?:replied|responded|answered|returned|said|says|sent|gave|reports|reported|came back|refused|failed)(?: with)?(?: HTTP| status)? [45]\d\d(?:: |\s+[{"<(])/;

/** A client tells of the response and nothing else: `Server returned response code: 401 Unauthorized`. */
const RESPONSE_CODE = /^(?:\w+ ){1,3}response code: [45]\d\d(?: [A-Z][a-z]+){0,3}$/;

/** Whether a text is a status behind a program's name, or a response as a wrapper or Python's HTTP client tells of it. */
export function reportsStatus(body: string): boolean {
  const name = NAMED_STATUS.exec(body)?.[0];
  return (
    (name !== undefined && beginsWithStatus(body.slice(name.length))) ||
    REPLIED.test(body) ||
    RESPONSE_CODE.test(body) ||
    RESPONSE_ERROR.test(body)
  );
}

/** What Rust prints of a panic, above its message: `thread 'main' panicked at src/main.rs:9:5:`. */
const PANICKED = /^thread '.{1,60}' (?:\(\d+\) )?panicked at (?=\S+:\d+:\d+:$)/;

/** An exception without a message, which Python prints below its trace: `AssertionError`. */
const BARE_EXCEPTION = /^(?:\w+\.)*[A-Z]\w*(?:Error|Exception)$/;

/** Whether a text is the name of an exception and nothing else. */
export function isBareException(body: string): boolean {
  return BARE_EXCEPTION.test(body);
}

/** Whether a text is the place of a panic, below which its message stands. */
export function isPanic(body: string): boolean {
  return PANICKED.test(body);
}

/** The label of a failure that a text begins with, with the space behind it; undefined where it begins with none. */
export function labelOf(body: string): string | undefined {
  return (LABEL.exec(body) ?? BRACKETED.exec(body) ?? GO_REQUEST.exec(body) ?? PANICKED.exec(body))?.[0];
}

/** Whether a text begins with the HTTP status of a failure. */
export function beginsWithStatus(body: string): boolean {
  return STATUS_START.test(body) || HTTP_STATUS.test(body) || ERROR_CODE.test(body);
}

/** The keys with which the bodies of providers' and clients' errors begin. */
const FIRST_KEY =
  /^\[?\{\s*["'](?:error|errors|detail|message|msg|type|status|statusCode|code|request_id|name|success|object|@type|title|body|data|event|session_id|jsonrpc)["']/;
const SAYS_ERROR = [
  /["'](?:error|errors|detail|error_code|error_msg|reason)["']\s*:/,
  /["'](?:type|status|event)["']\s*:\s*["'](?:error|failed|failure)["']/,
  /["'](?:status|code|statusCode)["']\s*:\s*["']?[45]\d\d/,
  /["'](?:type|code)["']\s*:\s*["'][a-z_]{2,40}_error["']/,
];

/** A report on work that is over and well, which may list what failed in it. */
const SAYS_DONE =
  /^\[?\{\s*["'](?:status|state|result|outcome)["']\s*:\s*["'](?:done|ok|success\w*|succeeded|completed|finished|passed)["']/i;

/**
 * Whether a text begins as a body that a provider or client prints for an error: it says `error`, or a status.
 *
 * @param isWhole it is all that was printed, so that its first key may be any
 */
export function isErrorBody(body: string, isWhole = false): boolean {
  return (isWhole || FIRST_KEY.test(body)) && !SAYS_DONE.test(body) && SAYS_ERROR.some((sign) => sign.test(body));
}

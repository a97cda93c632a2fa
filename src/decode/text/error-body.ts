/** The keys with which the bodies of providers' and clients' errors begin. */
const FIRST_KEY =
  /^\[?\{\s*["'](?:error|errors|detail|message|msg|type|status|statusCode|code|request_id|name|ok|success|object|@type|title|body|data|event|session_id|jsonrpc|requestId|errorType|errorMessage)["']/;
/** A key of an error that holds something. */
const SAYS_ERROR = [
  /["'](?:errors?|detail|error_?[cC]ode|error_?[mM]sg|error_?[mM]essage|error_description|reason|reasonDesc|reason_?[cC]ode)["']\s*:\s*(?!null\b|None\b|false\b|False\b|""|''|\[\s*\]|\{\s*\}|0\b)/,
  /["'](?:type|status|event)["']\s*:\s*["'](?:error|failed|failure|FAILED)["']/,
  /["']name["']\s*:\s*["']\w*Error["']/,
  /["'](?:ok|success)["']\s*:\s*[fF]alse\b|["']is_error["']\s*:\s*[tT]rue\b/,
  /["'](?:status|code|statusCode)["']\s*:\s*["']?[45]\d\d/,
  /["'](?:type|code)["']\s*:\s*["'](?:[a-z_]{2,40}_error|(?:session|turn|run|agent)[._](?:error|failed))["']/,
];

/** A report on work that is over and well, which may list what failed in it. */
const SAYS_DONE =
  /^\[?\{\s*["'](?:status|state|result|outcome)["']\s*:\s*["'](?:done|ok|success\w*|succeeded|completed|finished|passed)["']/i;

/** An event that is a tool's. */
const OF_A_TOOL = /^\[?\{\s*["'](?:event|type|kind)["']\s*:\s*["'](?:tool|command|exec|mcp)[\w./-]*["']/i;

/**
 * Whether a text begins as a body that a provider or client prints for an error: it says `error`, or a status.
 *
 * @param isWhole it is all that was printed, so that its first key may be any
 */
export function isErrorBody(body: string, isWhole = false): boolean {
  return (
    (isWhole || FIRST_KEY.test(body)) &&
    !SAYS_DONE.test(body) &&
    !OF_A_TOOL.test(body) &&
    SAYS_ERROR.some((sign) => sign.test(body))
  );
}

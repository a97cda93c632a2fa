/**
 * The HTTP status that a message names in its words, 400 to 599; undefined where it names none. A bare number counts
 * only at the start, behind a word that announces a status, or before the standard's own reason phrase, because three
 * digits are an identifier far more often.
 */
export function statusInText(text: string): number | undefined {
  for (const pattern of PATTERNS) {
    const found = pattern.exec(text)?.[1];
    if (found) return Number(found);
  }
  return REASONS.find(([reason]) => reason.test(text))?.[1];
}

const PATTERNS = [
  /^\W{0,3}([45]\d\d)(?:$|[\s:,.)\]·{-])/,
  /\bHTTP(?:\/[\d.]+)?(?: (?:error|status|code|response))?(?: code)?[ :=(]{1,3}([45]\d\d)\b/i,
  /\b(?:status|status[_ ]?code|error[_ ]?code|err(?:or)?|code|returned|responded with|API Error|APIError|server returned)["']?(?: code| status)?[ :=(]{1,4}"?([45]\d\d)\b/i,
  /\((?:HTTP )?([45]\d\d)\)/,
  /\b(?:failed to|could not|cannot|unable to) .{1,40}: ([45]\d\d)$/i,
  /(?:[:(]\s|\()([45]\d\d) (?:[A-Z][a-z]+|[{<])/,
  /[-–] ([45]\d\d) (?:[A-Za-z]+|\{)/,
  /\b([45]\d\d) (?:Client|Server) Error\b/,
  /\b([45]\d\d) (?:Bad Request|Unauthorized|Payment Required|Forbidden|Not Found|Method Not Allowed|Request Timeout|Payload Too Large|Request Entity Too Large|Unprocessable|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Service Temporarily Unavailable|Gateway Time-?out)/i,
];

/** Reason phrases of RFC 9110 that stand for their status even without the number. */
const REASONS: readonly (readonly [RegExp, number])[] = [
  [/\bPayment Required\b/, 402],
  [/\bToo Many Requests\b/i, 429],
  [/\bBad Gateway\b/i, 502],
  [/\bGateway Time-?out\b/i, 504],
  [/\bService (?:Temporarily )?Unavailable\b/, 503],
  [/\bInternal Server Error\b/i, 500],
];

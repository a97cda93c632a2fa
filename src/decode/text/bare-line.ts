/**
 * A wrapper says of which of its programs it passes a line on: `claude(stdout): `, `claude-runner[1182]: `, and with a
 * bar pm2 and Compose: `0|agent  | `, `agent-1  | `, `step-2 stderr| `.
 */
export const PIPED =
  /^(?:[a-z][\w.-]{1,20} [([](?=[^)\]]*[-#\d])[\w./#:@-]{1,40}[)\]]:?(?= (?:[A-Z[{■✗❌]|(?:claude|codex|gemini|agent|opencode) ))|(?:agent|worker|runner|task|job|run)\[[a-z][\w.-]*\]:?|(?:[a-z]+-)?(?:runner|agent|worker)(?:-\w+)? (?= [^ |](?!.* {2}))|(?:worker|slot|lane|agent|runner|job|task|shard|node|step|run|stage) #?\d{1,6}:|(?:[a-z][\w.-]{1,20}|(?:host|driver|runner|wrapper|supervisor|orchestrator|conductor|launcher|scheduler) )\|(?=\s[^|]*$)|[\w.-]{2,30}\s?[([](?:stdout|stderr)[)\]]:|(?!node\b)[a-z][\w.-]{1,30}\[\d{2,}\]:|(?:\d+\|[\w.-]+ *|[a-z][\w.-]*-\d+ +|[a-z][\w.-]* {2,}|[\w.-]{2,30} (?:stdout|stderr|done|claude|codex|gemini|agent) *)\||[a-z][\w-]{1,20} v?\d+(?:\.\d+)+:|(?!(?:sqlite|mysql|mariadb|postgres|psql|redis|mongo\w*|cqlsh|irb|pry|gdb|lldb|s?ftp|telnet|iex|ghci|scala|jshell|node|deno|python\d?|lua|nix-repl|bash|zsh|sh|fish|you|user|human|me|assistant|model|agent|bot|ai|tool|system|claude|codex|gemini|copilot|qwen|kimi|cursor)\b)[a-z][a-z\d._-]{3,30}>)\s(?=\s*\S)/;
/**
 * A line that begins with one of these is its own body, and no label, phrase, status or sentence begins like that: not a time
 * or a CI runner's mark behind `#`, a time behind `==`, a level behind `+12ms ` or `<`.
 */
export const DULL =
  /^(?:["'`/*})\];@&?,~^%\\!✓-]|\+(?!\d)|#(?!\d|# \d|#\[)|=(?!= \d)|<(?!(?:[A-Z]{3,8}|fatal|critical|error|err|warning|warn|notice|info|debug|trace)\b))/;
/** A line that begins with one of these is its own body too, but for a level, a time or a logger before it, … */
export const PLAIN = /^[A-Za-z_$.]/;
export const TAKEN_OFF =
  /^(?:-- \d|[A-Z]{3,8}\b|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d |[IWEF]\d{4} |[IWEF] \S+:\d+\] |[a-z][\w.-]{1,39}:? (?:ERROR|INFO|WARN|WARNING|DEBUG|FATAL|CRITICAL|STDOUT|STDERR)[: ]|(?:- )?[\w.-]{2,40}:(?:ERROR|WARNING|INFO|DEBUG|CRITICAL)\b|(?:\w+\.)+\w+ - (?:CRITICAL|ERROR|WARNING|INFO|DEBUG) - )/;
/** The fields of a log, of which one may become the body. */
export const FIELDS = /\s(?:message|msg|err\w*|reason|detail)=|^[\w.]+=/;

/** Whether a log's fields are in a line, of which one may become its body. */
export function hasFields(body: string): boolean {
  return body.includes('=') && FIELDS.test(body);
}

/**
 * Whether nothing stands around a line's words but white space: no frame, mark, time, level, or name of a wrapper. Then
 * the line is its own body. Some of those of which this is true are not found.
 *
 * @param body the normalised line without the white space around it
 */
export function isBare(body: string): boolean {
  return (
    (PLAIN.test(body) || DULL.test(body)) &&
    !TAKEN_OFF.test(body) &&
    !PIPED.test(body) &&
    isPrintable(body.charCodeAt(body.length - 1))
  );
}

/** The right edge of a frame, which is taken off, is not. */
function isPrintable(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

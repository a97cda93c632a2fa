/**
 * Lines that may stand below a client's last words although the run has not gone on: no model writes them to go on with
 * its work. They never confirm anything by themselves, since a tool may print a log that ends in them; they only don't
 * count as the run going on.
 */
const CLOSING: readonly RegExp[] = [
  // Nothing but punctuation, or the frame of a box.
  /^[\p{P}\p{S}\s]{1,400}$/u,
  // Runners on the exit of what they ran: npm, pnpm, make, GitHub Actions, GitLab, shells, docker, supervisors.
  /^npm (?:ERR!|error)(?: |$)/,
  /^(?:\s*ELIFECYCLE|ERR_PNPM|error Command failed)\b/,
  /^(?:##\[error\])?(?:the )?(?:process|command|script|job|task|step|container|agent|program|child)\b.{0,80}\b(?:exited|exit|failed|finished|completed|terminated|ended)\b.{0,20}\b(?:code|status|signal)[: =]+-?\w+\.?$/i,
  /^(?:ERROR: )?Job failed: exit (?:code|status) \d+$/,
  /^(?:\[?(?:exit|exited|return)(?: with)?(?: code| status)?[: =]+-?\d{1,3}\]?\.?)$/i,
  /^make(?:\[\d+\])?: \*\*\* .*Error \d+$/,
  /^(?:Killed|Terminated|Aborted(?: \(core dumped\))?|Segmentation fault(?: \(core dumped\))?)$/,
  /^(?:real|user|sys)\s+\d+m[\d.]+s$/,
  // What a session has cost: Claude Code, Copilot CLI, aider, gemini, opencode.
  /^(?:Total (?:cost|duration|code changes|usage est|session time|tokens?)|API time spent|Tokens?(?: usage)?|Cost|Requests|Changes|Duration)(?: \([^)]*\))?(?::|\s{2,})\s*[+$]?\d.*$/i,
  /^(?:Usage by model:?|Session (?:ID|cost): .*)$/i,
  // `codex exec` at its end, in each of its forms since 0.20: on one line, with a time stamp, or with the number below.
  /^(?:\[[\d:T.Z-]+\] )?tokens used(?::? *[\d.,]+)?$/i,
  /^Token usage: total=.*$/,
  /^To continue this session, run .*$/,
  /^turn interrupted$/,
  // A client's own help: what its usage begins with, and where it sends people.
  /^usage: \S.*$/i,
  /^(?:usage|options|commands|arguments|flags|examples):$/i,
  /^(?:for more (?:information|help|details)|try|run|see|use)\b.{0,60}(?:--help|-h\b|\bhelp\b).{0,40}$/i,
  /^-{1,2}[a-z][\w-]*(?:,? |=|$).*$/i,
];

/** A line longer than this is none of them, in UTF-16 code units. */
const LONGEST = 400;

/** The number that stands below `tokens used`. */
const TOKENS = /^[\d.,]+$/;

/**
 * Which of a run's lines are such closing lines.
 *
 * @param texts lines of plain text in order, normalised
 */
export function closingLines(texts: readonly string[]): readonly boolean[] {
  return texts.map((text, at) => {
    const isTokens = TOKENS.test(text) && /^(?:\[[\d:T.Z-]+\] )?tokens used:?$/i.test(texts[at - 1] ?? '');
    return isTokens || (text.length <= LONGEST && CLOSING.some((pattern) => pattern.test(text)));
  });
}

import { askedOnce } from './by-shape.ts';
import { AGENTS } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { saysEnded } from './run-endings.ts';
import { isAboutWork } from './statement-words.ts';
import { opensToolBlock } from './tool-blocks.ts';

/** A host's word that its agent has exited badly: `[orch] task 7 exit=1`, `##[error]Process completed with exit code 1.` */
const BAD_EXIT =
  /\b(?:exit(?:ed)?(?: with)?(?: (?:code|status))?|exit_?(?:code|status)|rc|return ?code|status=(?=[1-9]\d{0,2}\/[A-Z])|finished with(?: (?:code|status|exit code))?|(?:died|ended|exited|finished|failed|stopped) (?:with )?\(?(?:code|status))[ =:]*(?<=[ =:])\(?'?(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\b|\b(?:died|exited|killed|ended|terminated) (?:with |by |of |from |on |\()(?:signal )?(?:SIG[A-Z]{3,5}|(?<=signal )\d{1,2})\b/i;
/** Two lines of the account that clients print when they end. */
const ACCOUNT =
  /^(?:Total (?:usage est|session time|code changes|cost|duration|tokens)|API time spent|Session ID|Wall time|Interaction Summary|Tool Calls|Success Rate|Tokens used|Changes {2,}[+\d]|Requests {2,}\d)/i;
/** What `time` prints when its command has ended: the agent, or a command of a tool's. */
const TIMED = /^(?:real|user|sys)\s+\d+m[\d.]+s$/;

/** Whether a line is of the account that `time` gives of a command. */
export function isTimed({ body }: LineShape): boolean {
  return TIMED.test(body);
}

/** A wrapper's own label: `error: agent step failed (exit code 1)`. */
const LABELLED = /^(?:error|fatal): /i;

/** What a host that has a name says of its agent: `ralph: agent exited 1 after 3s`. */
const OF_AN_AGENT = new RegExp(
  `^[a-z][\\w-]{2,20}: (?:agent|worker|job|task|run|${AGENTS}) (?:exited|ended|finished|died|failed)\\b`,
);

export const isBadExit = askedOnce(
  ({ body, source, stamped, level, glyph }: LineShape): boolean =>
    BAD_EXIT.test(body) &&
    (source !== undefined ||
      stamped ||
      level === 'error' ||
      ((LABELLED.test(body) || glyph === 'fail') && isAboutWork(body)) ||
      OF_AN_AGENT.test(body)),
);

/** What goose and Kiro print behind their own failures. */
const CLOSING =
  /^(?:Please retry if you think this is a transient or recoverable error|Backtrace omitted|Please add credits and start the session again)\./;

/** How runners of CI close a job that failed: Jenkins, GitLab, GitHub Actions, Buildkite. */
const RUNNERS =
  /^(?:ERROR: script returned exit code [1-9]\d*|Finished: FAILURE|ERROR: Job failed: .*|error: (?:runner: .*|detected limit message in \w+ output)|(?:Error: )?Process completed with exit code [1-9]\d*\.?|(?:Error: )?The command exited with status [1-9]\d*|The operation was cancell?ed\b.*|The action '.+' has timed out\b.*|script (?:returned exit code|failed with status) [1-9]\d*|\(process exited with (?:code|status) [1-9]\d*\))$/;

/** How many lines behind the first of a statement are looked at. */
const WITHIN = 16;

/** Whether a line is a CI runner's word that the job is over. */
export function closesJob({ body }: Pick<LineShape, 'body'>): boolean {
  return RUNNERS.test(body);
}

/** What GitLab's and GitHub's runners print of their own between a script's end and their verdict on it. */
const CLEANS_UP =
  /^(?:Cleaning up project directory and file based variables|Uploading artifacts for failed job|Post job cleanup\.)$/;

/** Whether a CI runner closes a job right below its own clearing up: so much no model writes. */
export function isRunnersVerdict(shapes: readonly LineShape[], at: number): boolean {
  const above = shapes.slice(0, at).findLast(({ body }) => body !== '');
  return above !== undefined && closesJob(shapes[at] as LineShape) && CLEANS_UP.test(above.body);
}

/** A host's line on the end of a piece of work, in no sentence: `Task 31 ended: failed (exit 1)`, `codex finished with status failed`. */
const HOSTS_END = new RegExp(
  `^(?:(?:task|job|run|agent|worker|command|process|step|child|session|item)\\b(?:[.# ]?[\\w[\\].-]+(?:(?:/| of )\\d+)?)?|(?:pod|container)[/ ]\\S+|${AGENTS})(?: [\\w.-]+){0,2}:? ?(?:(?:${AGENTS}) )?(?:exited|ended|finished|failed|terminated|died|gave up|returned|exit)\\b[^.]*(?:\\b(?:code|status|exit)[ =:]+(?:[1-9]\\d{0,2}|failed)|\\(exit [1-9]\\d{0,2}\\))[^.]*$`,
  'i',
);

/** Whether a host that has no name says that a piece of work has ended badly: `task 3/9: codex exited with code 1, skipping`. */
export function endsTaskBadly({ body }: Pick<LineShape, 'body'>): boolean {
  return HOSTS_END.test(body);
}

/** A step of a host's, with its mark and its exit: `Step 3/5 (lint) ✗ exit 2`, `Stage 1 ✘ failed (code 70)`. */
const STEPS_END =
  /^(?:step|stage|phase|task|job|node|round|iteration|lane|item|shard)\b[^.:"`]{0,60} [✗✘✖✕❌×]\uFE0F? ?(?:failed,? )?\(?(?:exit(?:ed)?(?: with)?(?: (?:code|status))?|rc|code|status)[ =:]{1,2}[1-9]\d{0,2}\)?(?: [^.]{0,30})?$/iu;

/** A program that only has a name may be a tool's script: its exit must be about the work. */
function isHostsWord(shapes: readonly LineShape[], shape: LineShape): boolean {
  if (closesJob(shape) || endsTaskBadly(shape) || STEPS_END.test(shape.body)) return true;
  if (/^={3,} .* ={3,}$/.test(shape.text.trim()) && BAD_EXIT.test(shape.body)) return true;
  return isBadExit(shape) && (shape.stamped || shape.level === 'error' || isAboutWork(shape.body) || isUniform(shapes));
}

/** Whether a wrapper that has a name, and has not printed the statement, says last that the work is over. */
function isHostsVerdict(last: LineShape, statement: LineShape): boolean {
  return last.source !== undefined && last.source !== statement.source && saysEnded(last) && isAboutWork(last.body);
}

/** Whether a wrapper has put one and the same name before each line: then its exit is the agent's. */
function isUniform(shapes: readonly LineShape[]): boolean {
  const source = shapes.find(({ body }) => body !== '')?.source;
  return source !== undefined && shapes.every((line) => line.body === '' || line.source === source);
}

/** Whether a host or the client itself closes the run within the lines behind a statement, in words that no model writes. */
export function isClosed(shapes: readonly LineShape[], at: number): boolean {
  const after = shapes.slice(at + 1, at + 1 + WITHIN);
  if (after.some((shape) => isHostsWord(shapes, shape) || CLOSING.test(shape.body))) return true;
  const asked = after.findIndex(({ body }) => /^\$ echo \$\?$/.test(body));
  if (asked !== -1 && /^[1-9]\d{0,2}$/.test(after[asked + 1]?.body ?? '')) return true;
  const last = after.findLast(({ body }) => body !== '');
  if (last && isHostsVerdict(last, shapes[at] as LineShape)) return true;
  if (after.filter(({ body }) => ACCOUNT.test(body)).length > 1) return true;
  return after.filter(isTimed).length > 1 && !shapes.slice(0, at).some(opensToolBlock);
}

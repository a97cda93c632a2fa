import { askedOnce } from './by-shape.ts';
import { AGENTS, isLaunch } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { typedAtPrompt } from './shell-prompt.ts';
import { isTestOutput } from './test-output.ts';

/** Names of agents' tools, as screens write them behind a mark. */
const TOOLS =
  'Bash|Shell|Run|Ran|Us(?:ed|ing)|Read|Edit|Write|Grep|Glob|Search|List|Task|Todo|Explored?|Called|Update\\w*|Web\\w+';
/** Events for which clients call a hook, which is a program of the user's. */
const HOOKS = [
  'PostToolUse(?:Failure)?|PreToolUse|SessionStart|SessionEnd|UserPromptSubmit|Subagent(?:Start|Stop)|Stop(?:Failure)?|Notification|P(?:re|ost)Compact|PermissionRequest',
  'Setup|Before(?:Tool(?:Selection)?|Agent|Model)|After(?:Tool|Agent|Model)|PreCompress|TaskCompleted|TeammateIdle|ConfigChange|Worktree(?:Create|Remove)',
].join('|');
const COMPILERS = 'gcc|g\\+\\+|clang|ld|cc1|rustc|javac|go|tsc';
const COMMANDS =
  'psql|mysql|mysqldump|redis-cli|mongosh|sqlite3|kubectl|helm|terraform|gh|gcloud|rsync|scp|ssh|rm|mkdir|cp|mv|cat|ls|grep|find|sed|curl|wget|tar|chmod';

/** A wrapper shows a script, or what it printed, behind a bar: `trace: | Error: …`. */
const SHOWN = /^[\w.-]{1,30}: \| /;

/** Kiro says what it is about to call, and asks below it: `I will run the following command: make (using tool: shell)`. */
const ASKED_TOOL = /^I will .{1,200} \(using tool: \w+\)$/;

const NAMES_AGENT = new RegExp(`\\b(?:${AGENTS})\\b`);

/**
 * Headings behind which a tool speaks: `$ npm test`, `● Bash(…)`, `⏺ Read(…)`, `✗ Run the tests`, `Error executing
 * tool run_shell_command: …`, `[tool] …`, `exec bash -lc …`, `🔧 …`, `| Bash …` of opencode.
 */
const HEADING = [
  /^\s*(?:[$%#❯»]|PS>|>>>|\+) \S/,
  new RegExp(
    `^\\s*(?:●|⏺|•|✻|⎿|✔|✓|✗|✕|✘|×|x)\\s+(?:[A-Z]\\w+\\(|(?!Task (?:failed|aborted|stopped|terminated)\\b)(?:${TOOLS})\\b)`,
  ),
  /^\s*(?:✗|✕|✘|×)\s+(?!Execution )\w+ (?:.{1,120} )?failed$/,
  /^\s*●\s+(?:Execution|Command|Tool) (?:failed|completed|finished)/,
  /^(?:execute|run|use|read|write|search|browser)_\w+:/,
  /^\s*(?:⎿|└|├)\s/,
  /^\s*(?:Error executing tool(?! loop)|Error in (?:code execution|tool)|Code execution failed|Tool (?:call|execution) failed|─── \w+ \|)/i,
  // `[command]/usr/bin/git …` is what GitHub's actions print of their own.
  /^\s*(?!\[command\]\/)(?:\[?(?:tool|TOOL|Tool|exec|command|cmd|action|observations?|OBSERVATION|Action|Observations?)(?:[ _-]?(?:call|use|result|output|error|response))?\]?)(?! (?:approval|permission)s? )(?:\s*[:>=]|\s+\w|$)/,
  // A command that a person, or the model, gives its client: `> /run npm test`; a tool with what it was called with.
  /^\s*> \/(?:run|test|git|lint|commit|web)\b/,
  new RegExp(`^(?:${TOOLS})(?: \\w+)? \`[^\`]+\`$`),
  /^\s*(?:🔧|🛠|⚙|🔨|📝|🖥)(?!\uFE0F? ?Error: )/u,
  // SWE-agent heads what its agent did, and what came of it.
  /^\s*\p{Extended_Pictographic}\uFE0F?\s+(?:ACTION|OBSERVATION)\b/u,
  new RegExp(`^\\s*\\|\\s{1,2}(?:${TOOLS}|WebFetch)\\b`),
  /^\s*(?:(?:exec(?! (?:ended|failed))|bash -lc|sh -c) |(?:Running|Executing|Executed|Ran)(?: (?:command|script|tests?|`|\$)|:)|(?:Command(?: output)?|Output|stdout|stderr): ?)/i,
  new RegExp(`^\\s*(?:${HOOKS})(?::\\w+)? (?:hooks?\\b|\\[[^\\]]+\\] (?:failed|completed|cancelled)\\b)`),
  /^\s*(?:Hook(?:\(s\)|s)? (?!.*\b(?:block|stopp|den[iy]))\S.{0,120}\b(?:failed|exited|errored|timed out|returned)\b|(?:Failed to (?:run|execute)|Error (?:in|running|executing)) (?:the )?(?:[\w:-]+ )?hook\b)/i,
  /^(?:fatal|error|warning|hint|remote): .*\b(?:git(?!-bash)|repository|remote|branch|refs?|publickey|pathspec|index|commit|merge|rebase|checkout|apply)\b/,
  new RegExp(`^(?:ERROR in \\.{0,2}/|error\\[E\\d+\\]|husky |(?:${COMPILERS}): |(?:${COMMANDS}): |web-\\d|\\+\\+? )`),
  /^commit [0-9a-f]{7,40}$/,
  /^running tool \w+/i,
  ASKED_TOOL,
  SHOWN,
  // What `tail` and `head` print over each of several files.
  /^==> \S+ <==$/,
  /^(?:CONFLICT \(|Auto-merging |make(?:\[\d+\])?: |\*\*\* |<? ?HTTP\/[\d.]+ \d{3}\b)/,
  /^(?:\S+ )?(?:ERROR|error) \d{4} \([\dA-Z]{5}\)|^(?:fatal|failed|changed|ok): \[[\w.-]+\]/,
];

/** What Python prints above the box of an exception group: the plus is no shell's. */
const GROUP = /^\+ Exception Group Traceback \(/;

const COMMAND =
  /^\s*(?!\[command\]\/)(?:[$%#❯»]|PS>|>>>|⎿|└|├|●|⏺|🔧|🛠|⚙|\[?(?:tool|exec|command|cmd|action|observation))/iu;

const isHeading = ({ text, body }: LineShape): boolean =>
  (!GROUP.test(body) && HEADING.some((heading) => heading.test(text) || (body !== text && heading.test(body)))) ||
  typedAtPrompt(text) !== undefined;

/** Whether a line opens a block in which a tool speaks. */
export const opensToolBlock = askedOnce(
  (shape: LineShape): boolean =>
    (!isLaunch(shape) && !(shape.indent < 2 && isLaunch({ text: shape.body })) && isHeading(shape)) ||
    isTestOutput(shape),
);

/** Whether a line is itself a tool's word: a heading that says what the tool did. */
export const isToolLine = askedOnce(
  ({ text }: LineShape): boolean => !/^\s*(?:⎿|└|├)/.test(text) && HEADING.some((heading) => heading.test(text)),
);

/** Whether a client has said last which tool it is about to call, and that starts no agent: the tool has printed nothing yet. */
export function isBelowAskedTool(shapes: readonly LineShape[], at: number): boolean {
  const above = shapes.slice(0, at).findLast(({ body }) => body !== '')?.body ?? '';
  return ASKED_TOOL.test(above) && !NAMES_AGENT.test(above);
}

/** Whether a wrapper shows the line, of a script or of what it printed. */
export function isShown({ text }: LineShape): boolean {
  return SHOWN.test(text);
}

/** Whether a command line, or a tool's heading, stands above a line. */
export function isUnderCommand(shapes: readonly LineShape[], at: number): boolean {
  return shapes.slice(0, at).some(({ text }) => COMMAND.test(text));
}

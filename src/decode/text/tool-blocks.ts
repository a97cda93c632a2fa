import type { LineShape } from './line-shape.ts';
import { isTestOutput } from './prose.ts';

/**
 * Headings behind which a tool speaks: `$ npm test`, `● Bash(…)`, `⏺ Read(…)`, `✗ Run the tests`, `Error executing
 * tool run_shell_command: …`, `[tool] …`, `exec bash -lc …`, `🔧 …`, `| Bash …` of opencode.
 */
const HEADING = [
  /^\s*(?:[$%#❯»]|PS>|>>>|\+) \S/,
  /^\s*(?:●|⏺|•|✻|⎿|✔|✓|✗|✕|✘|x)\s+(?:[A-Z]\w+\(|Bash\b|Shell\b|Run\b|Ran\b|Read\b|Edit\b|Write\b|Grep\b|Search\b|List\b|Task\b|Explored?\b|Called\b|Update\w*\b|Web\w+\b)/,
  /^\s*(?:⎿|└|├)\s/,
  /^\s*Error executing tool\b/i,
  /^\s*(?:\[?(?:tool|TOOL|Tool|exec|command|cmd|action|observation|OBSERVATION|Action|Observation)(?:[ _-]?(?:call|use|result|output|error|response))?\]?)(?:\s*[:>=]|\s+\w|$)/,
  /^\s*(?:🔧|🛠|⚙|🔨|📝|🖥)/u,
  /^\s*\|\s{1,2}(?:Bash|Read|Edit|Write|Grep|Glob|List|Task|Todo|WebFetch)\b/,
  /^\s*(?:(?:exec|bash -lc|sh -c) |(?:Running|Executing|Executed|Ran)(?: (?:command|script|tests?|`|\$)|:)|(?:Command(?: output)?|Output|stdout|stderr): ?)/i,
  /^\s*(?:PostToolUse|PreToolUse|SessionStart|UserPromptSubmit|SubagentStop|Stop|Notification|PreCompact)(?::\w+)? hook\b/,
  /^(?:fatal|error|warning|hint|remote): .*\b(?:git|repository|remote|branch|refs?|publickey|pathspec|index|commit|merge|rebase|checkout|apply)\b/i,
  /^(?:ERROR in \.{0,2}\/|error\[E\d+\]|husky |(?:gcc|g\+\+|clang|ld|cc1|rustc|javac|go|tsc): |rm: |mkdir: |cp: |mv: |cat: |ls: |grep: |find: |sed: |curl: |wget: |tar: |chmod: |web-\d|\+\+? )/,
  /^(?:CONFLICT \(|Auto-merging |make(?:\[\d+\])?: |\*\*\* |<? ?HTTP\/[\d.]+ \d{3}\b)/,
];

/** Whether a line opens a block in which a tool speaks. */
export function opensToolBlock(shape: LineShape): boolean {
  return HEADING.some((heading) => heading.test(shape.text)) || isTestOutput(shape);
}

/** Whether a line is itself a tool's word: a heading that says what the tool did. */
export function isToolLine({ text }: LineShape): boolean {
  return !/^\s*(?:⎿|└|├)/.test(text) && HEADING.some((heading) => heading.test(text));
}

import type { LineShape } from './line-shape.ts';
import { isAboutMessages } from './prose.ts';

/**
 * Lines that no model writes and that stand behind a failure: notices of an exit, cost tables, the client's own help,
 * traces, advice, punctuation. They are not the run going on.
 */
const NEUTRAL = [
  /^[\s\p{P}\p{S}\d]*$/u,
  /^(?:Cost|Duration|Turns?|Total(?: (?:tokens|cost|duration|code changes|session time|usage))?|Tokens?(?: used)?|Usage|Elapsed|Time|Input|Output|Session(?: ID)?|Request(?: |-)?ID|Trace(?: |-)?ID|Model|Version|ref|code|errno|syscall|path|spawnargs|cmd|hostname|address|port|status|cf-ray|url|reason|Wall time|API duration|Requests?|Performance|Tool Calls|Success Rate|User Agreement|Interaction Summary|Agent powering down)\b\s*(?:\([^)]*\))?\s*[:=]?\s*[$€~#"'[\d{—-]?[\w.$, %()/:-]{0,80}$/i,
  /^tokens used:?\s*[\d,]*$/i,
  /\b(?:exit(?:ed|s|ing)?|return(?:ed)?)(?: with)?(?: (?:an?|the|error|non-zero))*(?: (?:code|status))?[ :=(]*-?\d{1,3}\b/i,
  /^(?:Process|Command|Agent|Job|Run|Task|Step|Session|Claude(?: Code)?|Codex|Gemini|Worker|Container)\b.{0,40}\b(?:exited|failed|ended|finished|terminated|stopped|completed|aborted|crashed|killed|gave up)\b.{0,60}$/i,
  /^(?:##\[|::(?:error|warning|group|endgroup))/,
  /^(?:npm (?:ERR!|error|notice|warn)|error Command failed|info Visit|ELIFECYCLE|Node\.js v\d|Bun v\d|Terminate orphan|Cleaning up|Post job cleanup|make(?:\[\d\])?: \*\*\*|Shutting down|Goodbye|Exiting|Aborting|Stopping|Bye|Done in|Closing|Cleanup|Disconnected|Session closed|Agent powering)/i,
  /^(?:Usage|Options|Commands|Examples?|Arguments|Flags|See|Try|Hint|Note|Tip|Help|Suggestion|Solution|Fix|Details?|Docs|Documentation|More info|For more|Learn more|Visit|Run|Use|Check|Please|To |Alternatively|Or |You can|You may|Make sure|Ensure|Verify|Consider|Set |Add |Upgrade|Switch|Sign in|Log ?in|Contact|If (?:you|this|the)|Press|Type|Go to|Open|Report|Retry|Did you|A complete log|The above|Full (?:report|log)|Logs? (?:saved|file|at|written|can be|are)|Debug|Stack ?trace|Traceback|During handling|Caused by|caused by|The above exception|Original error|Cause|Location|Backtrace|stack backtrace|note:|hint:|help:|= note|= help|Error details|Failed at|at )\b/i,
  /^\d+ \||\bstate\b.*\b(?:ERROR|FAILED|STOPPED)\b/,
  /^(?:Troubleshooting|How is Claude doing|-{3,}|#+ ?$|\d+: 0x)/,
  /^https?:\/\/\S+$/,
  /^\(?(?:node|python\d?|bun|deno):\d+\)/,
  /^(?:File ".*", line \d+|[\^~]+$|\.\.\. \d+ more|\[cause\]|\[Symbol|at .*\(.*\)|<[\w .]+>)/,
  /^[\w$]+ ?[:=] ?(?:'[^']*'|"[^"]*"|\d+|true|false|null|undefined|None|True|False|\{|\[),?$/,
];

/** What clients say behind their own failure to help: where to log in, which variable to set, what to read. */
const HELP =
  /\b(?:authenticat\w+|tokens?|log ?in|sign ?in|API keys?|environment variables?|settings?|polic(?:y|ies)|plan|provider|docs?|documentation|retry|try again|contact|support|upgrade|install|configur\w+|export|methods?|options?|available|administrator|subscription|billing|credits?|account|troubleshoot\w*|see|visit|learn more|resets?|wait|your)\b|https?:\/\/|--[a-z][a-z-]+|[A-Z][A-Z0-9]+_[A-Z0-9_]+|^<[/!a-z]/i;

/** Whether a line reads as a client's help behind its failure, and not as the model's prose. */
export function isHelp({ body, stamped }: LineShape): boolean {
  return !stamped && !/^[A-Z]\w+: /.test(body) && HELP.test(body) && !isAboutMessages(body, true);
}

/** Whether a line behind a failure says nothing of whether the run goes on. */
export function isNeutral({ text, body, indent, level }: LineShape): boolean {
  if (level === 'debug') return true;
  return body === '' || indent >= 2 || NEUTRAL.some((pattern) => pattern.test(body) || pattern.test(text));
}

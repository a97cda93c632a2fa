import { isAboutMessages } from './about-messages.ts';
import { anyWord, startsWithAny } from './any-of.ts';
import { askedOnce } from './by-shape.ts';
import { AGENTS } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { isPersonal, isSentence } from './prose.ts';
import { REASON_WORDS } from './reason-words.ts';
import { isShellPrompt } from './shell-prompt.ts';

/** What a run's account at its end counts: `Total cost: $0.42`, `Session ID: …`, `Wall time 3 s`. */
const COUNTED = [
  'Cost|Duration|Turns?|Total(?: (?:tokens|cost|duration|code changes|session time|usage))?|Tokens?(?: used)?|Usage|Elapsed',
  'Time|Input|Output|Session(?: ID)?|Request(?: |-)?ID|Trace(?: |-)?ID|Model|Version|ref|code|errno|syscall|path|spawnargs',
  'cmd|hostname|address|port|status|cf-ray|url|reason|Wall time|API duration|Requests?|Performance|Tool Calls|Success Rate',
  'Message(?: |-)?ID|User Agreement|Interaction Summary|Agent powering down|Total usage est|API time spent|Breakdown by AI model',
].join('|');
/** Who may have ended, in a host's notice. */
const ENDS = [
  'Process|Command|Agent|Job|Run|Task|Step|Session|Claude(?: Code)?|Codex|Gemini|Worker|Container|Execution|Pipeline|Workflow',
].join('|');
/** What clients and shells print on their way out. */
const ON_THE_WAY_OUT = startsWithAny([
  'npm (?:ERR!|error|notice|warn)|error Command failed|info Visit|ELIFECYCLE|Node\\.js v\\d+|Bun v\\d+|Terminate orphan',
  'Cleaning up|Post job cleanup|make(?:\\[\\d\\])?: \\*\\*\\*|Shutting down|Goodbye|Exiting|Aborting|Stopping|Bye|Done in|Closing',
  'Cleanup|Disconnected|Session closed|Finishing|oh no: Bun has crashed|Shell cwd was reset',
]);
/** How a line of advice, of details or of a trace begins. */
const ADVICE_OR_DETAIL = startsWithAny([
  'Usage|Options|Commands|Examples?|Arguments|Flags|See|Try|Hint|Note|Tip|Help|Suggestion|Solution|Fix|Details?|Docs|Require stack',
  'Documentation|More info|For more|Learn more|Visit|Run(?! #?\\d)|Use|Check|Please|To|Alternatively|Or|You can|You may|Make sure|Ensure',
  'Verify|Consider|Set|Add|Upgrade|Switch|Sign in|Log ?in|Contact|If (?:your?|this|the|it|already|not)|Press|Type|Go to|Open|Report|Retry',
  'Message:|Did you|A complete log|Full (?:report|log)|Logs? (?:saved|file|at|written|can be|are)|Debug|Stack ?trace|Traceback',
  'Caused by|Original error|Cause|Location|Backtrace|stack backtrace|note|Error details|Failed at|at',
  'Troubleshooting|How is Claude doing|Reconnect|Response|Positionals|Subcommands|Flags',
]);
/** The mark of a list in a client's help. */
const BULLET = /^[-*•] +/;
const NEUTRAL = [
  /^[\s\p{P}\p{S}\d]*$/u,
  new RegExp(
    `^(?!.*\\b\\p{Ll}+ing \\S)(?:${COUNTED})\\b\\s*(?:\\([^)]*\\))?\\s*(?:$|[:=]|(?=[$€~#"'[\\d{—-]))\\s*[$€~#"'[\\d{—-]?[\\w.$, %()/:+-]{0,80}$`,
    'iu',
  ),
  /^(?!(?:INFO|WARN|NOTICE)\b)[A-Z][\w -]{0,24}: \S+$/,
  // Where a program's log can be read, and how long a screen says that its model was at work.
  /^(?:Logs?|Log file|Full log): .{1,100}$/,
  /^[A-Z]\p{Ll}+ for (?:\d+[hms] ?){1,3}$/u,
  /^(?:Location|Message): {1,2}\S/,
  /^An (?:uncaught|unhandled|unexpected) (?:exception|error) occurred\b/,
  /^tokens used:?\s*[\d,]*$/i,
  /\b(?:exit(?:ed|s|ing)?|return(?:ed)?)(?: with)?(?: (?:an?|the|error|non-zero))*(?: (?:code|status))?[ :=(]*-?\d{1,3}\b/i,
  new RegExp(
    `^(?:${ENDS})\\b.{0,40}\\b(?:exited|failed|ended|terminated|stopped|aborted|crashed|killed|gave up|not completed)\\b.{0,60}$`,
    'i',
  ),
  /^(?:##\[|::(?:error|warning|group|endgroup))/,
  ON_THE_WAY_OUT,
  /^\d+ \||\bAgentState\.(?:ERROR|STOPPED)\b|\bstate\b.*\b(?:ERROR|FAILED|STOPPED|error|failed|stopped)\b|^= (?:note|help)/,
  // What a shell says of a signal, and a person's question for the exit code.
  /^(?:Illegal instruction|Segmentation fault|Aborted|Killed|Terminated|Bus error|Trace\/breakpoint trap)(?: \(core dumped\))?$|^\$ echo \$\?$/,
  // Fields in one line, two columns of a client's account, the bounds of a section, the places where a module was looked for.
  /^(?:[\w.-]+=\S*\s*)+$|^[A-Z]\p{Ll}+(?: \p{Ll}+)? {2,}[-+\d]|^[=*#-]{2,} .* [=*#-]{2,}$|^- \/[^\s[]+$/u,
  /^(?:-{3,}|#+ ?$|\d+: 0x|https?:\/\/\S+$|\(?(?:node|python\d?|bun|deno):\d+\))/,
  /^(?:File ".*", line \d+|[\^~]+$|\.\.\. \d+ more|\[cause\]|\[Symbol|at .*\(.*\)|<[\w .]+>)/,
  /^[\w$]+ ?[:=] ?(?:'[^']*'|"[^"]*"|\d+|true|false|null|undefined|None|True|False|\{|\[),?$/,
  /^(?:終了コード|退出码|Exit-Code|code de sortie|código de salida)\s*[:：]?\s*-?\d+$/i,
  /^▣ |^\/[a-z]+ |^\d[.)] [A-Z]\w*(?: \w+){0,4}$/,
  /^\[signal SIG|^goroutine \d+ \[|^(?:created by )?[\w./-]+\.\(?\*?\w+\)?[\w.]*\(.*(?:0x|\.\.\.)/,
  /\bat line \d+(?:, |:)column \d+|^(?:The above exception was|During handling of the above)\b/,
  /^(?:↳|⎿|└|├|→)\s/,
  /^Backtrace omitted\.|^\[Pipeline\] |^-? ?[\w.]* ?\((?:file:|node[:_]|\/)[^)]*:\d+:\d+\)$/,
  /^operable program or batch file\.?$/,
  // What a shell traces of its script's end, and how a script says that its agent ended.
  /^\+ (?:echo|printf|exit|test|\[|rc=|code=|status=|ret=)/,
  /^(?:the )?(?:agent|claude|codex|gemini|worker|process|child|command) (?:finished|ended|returned|exited)(?: with)?(?: code| status)? [1-9]\d{0,2}$/i,
  // What Celery says of a task that raised.
  /^Task \S+ raised unexpected: /,
  /^\(request_id: \S+\)$/,
  // The prompt of a shell.
  /^➜ +\S+(?: git:\(\S+\))?(?: ✗)?$/,
  // What a board counts of its tasks.
  /^\d+ \w+(?:, \d+ \w+){1,4}$|^0 ?(?:of|out of|\/) ?\d+ \w+ (?:are |were )?(?:done|completed|finished|succeeded|passed)\.?$/,
  // A time zone that was wrapped; what Kubernetes tells of a container that it takes down.
  /^\((?:UTC|GMT|[A-Z][a-z]+\/[A-Z]\w+)\)$|^(?:\d+[smhd]\S* +)?(?:Normal|Warning) +(?:Killing|BackOff|Failed)\b/,
  // What LangGraph adds to an exception, and AWS Lambda's account of a call.
  /^During task with name '[^']*' and id '[^']*'$/,
  /^Runtime\.[A-Z]\w+$|^(?:START|END|REPORT|INIT_REPORT) RequestId: /,
  // A prompt of the shell, what `time` prints, and the foot of a full screen.
  /^\S+@[\w.-]+:[^\s$#]*[$#]$|^(?:real|user|sys)\s+\d+m[\d.]+s$/,
  // The foot of a full screen, what SWE-agent does last, and a request's line in the log of a server.
  /^\d[\d.]*%\/[\d.]+[km]\b|^exit_\w+$|"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ HTTP\/[\d.]+" \d{3}\b/,
  // How far a batch has come that a wrapper gives up.
  /^[\w -]{3,40} (?:aborted|stopped|halted|cancell?ed|abandoned): (\d+) of (?!\1\b)\d+ \w+$/,
  // The heading of what a host shows of its agent's last words, in Markdown.
  /^\*\*(?:Last agent output|Error (?:details|output|message)):?\*\*:?$/i,
  // What a validator says of a setting.
  /^(?:Error in:? [\w.[\]]+|Expected:? \w+,? (?:but )?received:? \w+)$/,
  // What a client was kept from, below its word that it stops, and where SWE-agent has left its record.
  /^(?:Blocked|Denied|Rejected|Refused|Disallowed) (?:command|tool|path|file|request|action|operation)s?: \S|^Trajectory saved to \S+$/,
  // What Rust's library says of a failed call to the system.
  /^[A-Z][a-z][\w ,']{3,60} \(os error \d{1,3}\)$/,
  // What Aider says of its account.
  /^Cost estimates may be inaccurate\b/,
  // A wrapper has got nothing from its agent.
  new RegExp(`^(?:No|Empty|Missing) (?:\\w+ ){1,3}(?:from|by) (?:the )?(?:agent|${AGENTS})\\b`, 'i'),
  /\b\d{1,3}% (?:context )?left\b|^\? for shortcuts\b|^ctrl\+\w |\bType your message or @path\b/,
];
const REASON = new RegExp(`^(?:${REASON_WORDS})\\s*[:：]`, 'iu');
/** Words of a run that goes on, or went well. */
const WENT_WELL =
  /(?:\b|_)(?:passed|succeeded|success(?:ful|fully)?|recovered|renewed|refreshed|resumed|reconnected|connected|restored|completed|ok|done|healthy|(?:is|are|all|now) green|up again|online|ready|anyway|listening)\b|\b(?:is|are) (?:now )?(?:active|in use)\b(?! by)|\bactive \w+: \S|: (?:in use|logged in)$|^(?:now )?using \S.* instead\b/i;
const NOT_WELL =
  /\b(?:exit(?:ed)? (?:with )?(?:code|status):? [1-9]|exit code|=false|not|never|un\w+|without|errors?|deactivated|no (?:\w+ )?(?:reply|edits?|patch|changes|output|marker|response)|nothing|0(?!\.\d))\b|(?:\b|_)fail\w*|\bdone in\b|\b(?:aborted|stopped|halted|cancell?ed|abandoned): (\d+) of (?!\1\b)\d+ /i;

/** How a host or a client says that its work ended with 0. */
const EXITED_WELL = /\bexit(?:ed|s)?(?:[ _](?:with|code|status)){0,2}(?:[=:] ?| )0(?![\d.])/i;

/** What clients speak of behind their own failure: where to log in, which variable to set, what to pay. */
const HELPFUL = anyWord([
  'authenticat\\w+|tokens?|log ?in|sign ?in|API keys?|environment variables?|settings?|polic(?:y|ies)|plan|provider|docs?',
  'documentation|retry|try again|contact|support|upgrade|install|configur\\w+|export|methods?|options?|available|administrator',
  'subscription|billing|credits?|account|troubleshoot\\w*|visit|learn more|resets?|your',
]);
/** What a person is to do or may have done. */
const MODAL =
  /\b(?:can|may|might|could|must|should|cannot|can't|need(?:s|ed)? to|to (?:use|continue|fix|set|enable|increase|get|keep|resume|unlock|proceed)|will reset|please|try|run|see|or)\b/i;
/** What only a program's help names: addresses, flags, variables, its own commands. */
const REFERENCE =
  /https?:\/\/|(?:^|\s)--[a-z][a-z-]+|\b[A-Z][A-Z0-9]+_[A-Z0-9_]+|^<[/!a-z]|\b(?:[Rr]un|[Tt]ype|[Uu]se|[Tt]ry|with|or|via)\s+[`'"]?\/[a-z][a-z-]+\b|\bdevice[- ]code\b/;

/** What else clients advise on: the network, their own files, the browser. */
const CLIENTS_OWN = anyWord([
  'network|connection|URL|proxy|firewall|certificates?|browser|models?|access rights|permissions?|sessions?|config(?:uration)? files?',
  'chat context|chat history|context window|request ID|more information|logs?|version|path|directory|again|crash reports?|GitHub issues?|the following',
]);
/** The work that a run is about, of which no client knows. */
const WORK = anyWord([
  'tests?|suite|fixtures?|snapshots?|branch|merged?|commits?|pull request|reviewers?|pipelines?|workflows?|CI|jobs?|builds?|deploys?',
  'redeploy|deployments?|functions?|loops?|parsers?|scripts?|cases?|helpers?|repository|team|the (?:code|worker|runner|bug|change)',
  '[\\w/.-]+\\.(?:tsx?|jsx?|py|go|rs|java|ya?ml|rb|cs)|(?:src|lib|test)/[\\w/.-]+',
]);

/** Whether a line reads as a client's help behind its failure, and not as the model's prose. */
export const isHelp = askedOnce(({ body: line, stamped }: LineShape): boolean => {
  const body = line.replace(BULLET, '');
  if (stamped || /^[A-Z]\w+: /.test(body) || isPersonal(body)) return false;
  if (/https?:\/\//.test(body) && body.split(' ').length <= 16) return true;
  if (isAboutMessages(body, true) || WORK.test(body)) return false;
  return REFERENCE.test(body) || (HELPFUL.test(body) && (MODAL.test(body) || body.split(' ').length <= 6));
});

/** Whether a line says that the run goes on, or went well. */
export const goesWell = askedOnce(
  ({ body }: LineShape): boolean => EXITED_WELL.test(body) || (WENT_WELL.test(body) && !NOT_WELL.test(body)),
);

/** Whether Kubernetes says that a container is ready, which it has started again. */
export function isReady({ body }: LineShape): boolean {
  return /^Ready: +True$/.test(body);
}

/** Whether a line behind a failure says nothing of whether the run goes on. */
export const isNeutral = askedOnce((shape: LineShape): boolean => {
  const { text, body, indent, level } = shape;
  if (level === 'debug' || body === '') return true;
  // An agent begins its next step, or hands the model what a tool has said.
  if (level === 'info' && /\bSTEP \d+\b|\bobservation sent\b|^running tool\b/i.test(body)) return false;
  if (isReady(shape)) return false;
  if (indent >= 2 && !isPersonal(body)) return true;
  const words = body.replace(BULLET, '');
  const isKnown =
    isShellPrompt(text.trim()) ||
    NEUTRAL.some((pattern) => pattern.test(words) || pattern.test(text)) ||
    ((ADVICE_OR_DETAIL.test(words) || ADVICE_OR_DETAIL.test(text)) && !isAdviceOnWork(shape)) ||
    (REASON.test(words) && !WORK.test(body));
  return isKnown && !goesWell(shape) && !isPersonal(body);
});

/** Whether a sentence that begins like a client's advice is a model's: it is about the work, or about nothing a client knows. */
function isAdviceOnWork(shape: LineShape): boolean {
  if (!isSentence(shape)) return false;
  return WORK.test(shape.body) || !(isHelp(shape) || CLIENTS_OWN.test(shape.body));
}

import { isLaunch } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { isPersonal, isSentence } from './prose.ts';
import { CLIENT_NOTE, SPINNER } from './screen-marks.ts';

/** Headers of clients, before they begin to work. */
const HEADER =
  /^[A-Z]\w+:$|^[\w ./-]{1,40}[:=] \S|\bv?\d+\.\d+\.\d+\b|^(?:Loading|Loaded|Starting|Started|Using|Running|Connecting|Connected|Initiali[sz]\w+|Reading|Opening|Working|Thinking|Session|Welcome|Resuming|YOLO|Processing|Editing|Writing|Searching|Creating|Updating|Planning|Exploring|Warning|Analytics|Repo-map|Git repo|Main model|Weak model|Editor|Added|Tokens|API Request)\b|\.{3}$|…$/;
/** The sign of a program, which it draws before its headers: `⛬ Session 0e51 started`. */
const LOGO = /^(?:⛬|⬢|⬡|⌬|⏣|❖|◆)\uFE0F? +/u;
/** How a wrapper that has a name says what it begins: `[runner] starting agent claude-code`. */
const BEGINS_WORK =
  /^(?:start(?:ing|ed)|launch(?:ing|ed)|spawn(?:ing|ed)|running|loading|connect(?:ing|ed)|using|preparing|resuming)\b/i;
/** The same in a sentence, of so and so many: `[nightly] starting triage for 14 repositories`. */
const BEGINS_ITEMS = /^(?:starting|started|launching|spawning|running|processing) (?:\S+ ){1,6}\d+ \w+$/;
/** A host names a step, and behind its colon the command that starts the agent: `step "agent" started: codex exec …`. */
const STARTS_STEP =
  /^(?:step|stage|task|job|phase|node|container|process)\b[^:]{0,40}\b(?:start(?:ed|ing)|running|launch(?:ed|ing)): (?=\S)/i;
/** The fields of a log: `lane=backend result=failed`. */
const FIELDS = /^(?:[\w.-]+=\S*(?:\s+|$))+$/;
/** An event that Kimi CLI, or a worker on Claude's SDK, prints as Python shows it: `StepBegin(n=1)`. */
const CLIENT_EVENT =
  /^[A-Z]\w+(?:Begin|End|Update|Interrupted)(?:\(.*\))?$|^(?:System|Assistant|User|Result|TaskStarted|TaskProgress|TaskNotification)Message\(.*\)$|^(?:StreamEvent|RateLimitEvent)\(.*\)$/;
/** A row of Kubernetes' events: age, type, reason, what it is about, message. */
const KUBE_EVENT = /^\d+[smhd]\S* +(?:Normal|Warning) +[A-Z]\w+ +\w+\/\S+ {2,}\S/;
/** What a runner of CI writes around its steps. */
const RUNNER = /^(?:##\[(?:group|endgroup|command|section|debug)\]|::(?:group|endgroup|debug|add-mask)::)/;
/** Headers that read like sentences: `Main model: … with diff edit format, infinite output`. */
const NAMED_HEADER =
  /^(?:To (?:authenticate|sign in|log in), (?:please )?(?:visit|open|go to) https?:|(?:Or, )?[Pp]aste (?:the|your) (?:authorization|verification) code\b|Waiting for (?:you to complete )?(?:authentication|authorization|log ?in|sign-?in)\b|starting session \| |(?:Review|Run|Job|Task|Session|Batch) .{0,40}\bstarted\.?$|Reading (?:additional input|prompt) from stdin|(?:Opening authentication page in your browser|Rerun in debug mode|YOLO mode|Warning for|All tools are now trusted|Welcome to|Environment loaded|Logged in as|Authenticated as|Connected to|Cleaning up|Main model|Weak model|Editor model|Git repo|Repo-map|Log(?:s| file)?(?: saved)?)\b[ :])/;
/** The head of an alert in GitHub's Markdown, `> [!WARNING]`. */
const ALERT = /^\[!(?:WARNING|CAUTION|IMPORTANT|NOTE|TIP)\]$/;
/** What goose, Aider and Cline say around their own failures. */
const CLIENT_PROSE =
  /^(?:LiteLLM Retried: \d+ times\b|The API provider(?:.s servers are|.s servers were| (?:is|has|timed|was)) |The LLM did not conform to the edit format\.|https:\/\/aider\.chat\/docs\/\S+$|(?:#{1,4} )?\[(?:ERROR|WARNING)\] (?:API Request|Auto-Retry) Failed$|The error above was an exception we were not able to handle|These errors are often related to connection or auth|We've removed the conversation up to the most recent)/;
/** A client says what it begins to do: `Running Claude Code via SDK …`. */
export const PROGRESS =
  /^(?:Loading|Starting|Running|Connecting|Initiali[sz]ing|Preparing|Launching)\b.*(?:\.{3}|…)$|\b(?:summari[sz]ing|compacting|compressing|truncating) (?:the |your )?(?:chat )?(?:history|conversation|context)(?:\.{3}|…)$/;

/** What clients print before they begin: `Model: …`, `YOLO mode is enabled.`, a banner, a mark of progress. */
export function isHeader(line: LineShape): boolean {
  const { body, glyph, text, stamped, level, source } = line;
  return (
    isLaunch(line) ||
    startsStep(body) ||
    ALERT.test(body) ||
    (source !== undefined && BEGINS_WORK.test(body)) ||
    (stamped && level !== undefined) ||
    HEADER.test(body.replace(LOGO, '')) ||
    NAMED_HEADER.test(body) ||
    isForeignProgress(line) ||
    RUNNER.test(body) ||
    (glyph === 'item' && /^\s*[●⏺▸]/u.test(text)) ||
    (source !== undefined && /^[a-z\d]/.test(body) && !isSentence(line) && !isPersonal(body)) ||
    SPINNER.test(text) ||
    CLIENT_NOTE.test(text) ||
    (stamped && line.logger !== undefined) ||
    FIELDS.test(body) ||
    CLIENT_EVENT.test(body) ||
    /[╭╰─═▀-▟]{2}|^[=*#-]{2,} .* [=*#-]{2,}$/.test(text)
  );
}

/** Whether a host tells which step it starts, with the command line of an agent. */
function startsStep(body: string): boolean {
  return STARTS_STEP.test(body) && isLaunch({ text: body.replace(STARTS_STEP, '') });
}

/** A wrapper, and not the model, says in another script what it is at: `[bridge] 正在启动会话…`. */
function isForeignProgress({ body, source = '' }: LineShape): boolean {
  return (
    /^[^\x00-\x7f].{0,60}(?:…|\.{3})$/u.test(body) &&
    /^\[/.test(source) &&
    !/\b(?:assistant|model|agent|ai|bot)\b/i.test(source) &&
    !/我|咱|私|僕|俺|저는|나는|제가|(?:^|\s)(?:я|мне|мы)(?=\s)/iu.test(body)
  );
}

/** Whether a line that reads like a sentence, or like code, is a client's all the same: its header, its event, the fields of its log. */
export function isUnspoken(line: LineShape): boolean {
  const { body, source } = line;
  return (
    PROGRESS.test(body) ||
    startsStep(body) ||
    isForeignProgress(line) ||
    ALERT.test(body) ||
    NAMED_HEADER.test(body) ||
    FIELDS.test(body) ||
    CLIENT_EVENT.test(body) ||
    KUBE_EVENT.test(body) ||
    (source !== undefined && (/^\w+=\S/.test(body) || BEGINS_ITEMS.test(body)))
  );
}

/** Whether a line is a client's remark around its own failure. */
export function isClientProse({ body }: LineShape): boolean {
  return CLIENT_PROSE.test(body);
}

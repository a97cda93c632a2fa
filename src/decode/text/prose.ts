import type { LineShape } from './line-shape.ts';

/** A fence of Markdown; what stands between two is a quotation or code. */
export const FENCE = /^\s*(?:```|~~~)/;

const FIRST_PERSON =
  /\b(?:I|I'm|I'll|I've|I'd|[Ww]e (?:should|need|can|will|could|must|have to|want)|[Ww]e'll|[Ll]et me|[Ll]et's)\b/;
const MARKDOWN = /^\s*(?:#{1,6} \S|[-*+] \S|\d{1,2}[.)] \S|> ?\S?|\|.*\|\s*$|\*\*\S|__\S)/;
const DIFF = /^(?:(?:\+\+\+|---) |[-+](?:\s|[A-Za-z"'`({[#/@.])|@@ |diff --git |index [0-9a-f]{7})/;
const CODE =
  /^\s*(?:(?:if|for|while|return|throw|raise|const|let|var|def|class|function|async|await|import|export|from|switch|case|else|try|catch|except|assert|expect|print|console\.\w+|log(?:ger)?\.\w+|echo|fn|pub|use|func|type|interface|it|test|describe)\b.*[(){};=:]|\/\/|\/\*|\*\s|<!--|#\s|#!|"""|'''|[\w.$]+\(.*\)[;,]?$|[\w.[\]"']+ ?(?:=|:=|\+=|==|!=) ?\S|[})\]];?,?$|<\/?\w+[^>]*>|\w+\.\w+\(.*)/;
/** `src/a.ts:12: …`, `a.log-7-…`: what grep and log viewers print. */
const LOCATED = /^\s*(?:[\w./@-]+\.[A-Za-z]{1,5}[:(-]\d+[:),-]|\d{1,6}(?:\t|[│|→] ?)|\d{1,6}:(?!\d\d[:.])\s*\S)/;
/** What test runners print around the name of a test. */
const TEST =
  /^\s*(?:✓|✔|√|✗|✘|×|not ok|ok)\s.*(?:\(\d+(?:\.\d+)? ?m?s\)|\b\d+ ?ms\b| [›>] |::)|^\s*(?:PASS|FAIL|RUN|SKIP)(?:ED)?\b[: ]\s*\S|^\s*--- (?:PASS|FAIL|SKIP):|^=== RUN|^\s*(?:Tests?|Test Suites?|Test Files|Suites)(?::| {2,})|\b\d+ (?:passing|failing|passed|failed|pending)\b|^(?:FAILED|ERROR) \S+::|^\s*(?:E {2,}|>{1,3} )|^={5,} .*(?:test session|passed|failed|FAILURES|ERRORS|summary)|\bAssertionError\b|^\s*(?:Expected|Received|expected|received|actual)\b ?[:(]|\bexpected\b.*\b(?:got|received|but was|actual)\b/;

/** Whether a line reads as a sentence for people: several lower-case words, no label, no stamp. */
export function isSentence({ body, stamped, level }: LineShape): boolean {
  // A field of a header, such as `Model: … with … format`, is no sentence.
  if (stamped || level !== undefined || /^[A-Z][\w -]{1,20}: (?=\S)/.test(body)) return false;
  const words = body.match(/(?:^|\s)[A-Za-z][a-z']{1,}(?=[\s,.;:!?)]|$)/g) ?? [];
  return words.length >= 5 || (words.length >= 3 && FIRST_PERSON.test(body));
}

/** Whether a line is what models write: prose in the first person, Markdown, code, a diff. */
export function isWritten(shape: LineShape): boolean {
  const { text, body } = shape;
  return FIRST_PERSON.test(body) || MARKDOWN.test(text) || DIFF.test(text) || CODE.test(text);
}

export function isLocated({ text }: LineShape): boolean {
  return LOCATED.test(text);
}

export function isTestOutput({ text }: LineShape): boolean {
  return TEST.test(text);
}

/** Words of a sentence about messages: it says that one is shown, not that something failed. */
const ABOUT =
  /\b(?:prints?|printed|now shows|displays?|displayed|says?|said|saying|returned (?:a|an|the)|responds? with|replies with|emits?|throws?|raises?|the (?:message|banner|string|phrase)|(?:an?|this|that|these|those) (?:error|message|banner|line)|error messages?|means|meaning|whenever|for example|e\.g\.|such as|because|was fixed|is fixed|handled|handling|README|documented|simulat\w+|mock\w*|regex|matche[sd]|now|caught|covered by|comes from|a test)\b/i;
/** A remark that a failure was wanted or does not matter: `(expected)`, `as expected`, `(ignored)`. */
const HARMLESS =
  /\((?:expected|ignored|ignoring|handled|recovered|ok|non-fatal|optional|skipped|safe to ignore)[^)]*\)|\bas expected\b|\bnon-?fatal\b|\bignoring\b|\bcontinuing\b|\bskipping\b|\bfalling back\b|\brefreshing\b|\brecovered\b|\bfallback to\b|\bproceeding\b/i;
/** What runs beside the agent and fails without harm: telemetry, updates, traces. */
const SIDE_CHANNEL =
  /\b(?:telemetry|analytics|event logging|tracing backend|trace(?:s|r)? (?:export|backend)|metrics?(?: server| export|)|auto-?updat\w*|update check|checking for updates|otel|opentelemetry|statsig|sentry|segment|posthog|langsmith|langfuse|changelog|version check|usage report|crash report|feedback survey|poll(?:ing)? \w+)\b/i;

/**
 * Whether a line quotes or discusses a failure: the first person, words about messages, or the words in quotation
 * marks or back ticks.
 */
export function isAboutMessages(line: string, isSoft: boolean): boolean {
  // What a body inside says is the provider's.
  const body = line.replace(/\{.*$/s, '');
  if (HARMLESS.test(body)) return true;
  if (FIRST_PERSON.test(body)) return true;
  if (
    /\]? (?:is|are|was|were) (?:printed|shown|displayed|logged|returned|rejected|retried|raised|thrown|handled)\b/.test(
      body,
    )
  )
    return true;
  if (/`[^`]*(?:error|fail|denied|expired|not found|invalid|limit|refused|\b[45]\d\d\b|: )[^`]*`/i.test(body))
    return true;
  if (!isSoft) return false;
  if (/["“][^"”]{3,} [^"”]{2,}["”]/.test(body)) return true;
  return ABOUT.test(body) || /^["'“‘«`].*["'”’»`][.,;]?$/.test(body);
}

/** Whether a line speaks of something that runs beside the agent. */
export function isSideChannel(body: string): boolean {
  return SIDE_CHANNEL.test(body);
}

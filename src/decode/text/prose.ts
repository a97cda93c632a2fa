import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';

/** A fence of Markdown; what stands between two is a quotation or code. Buildkite heads a group of lines with `~~~ Running agent step`. */
export const FENCE = /^\s*(?:```|~~~(?! \S+ \S))/;

const FIRST_PERSON =
  /\b(?:I|I'm|I'll|I've|I'd|[Ww]e (?:should|need|can|will|could|must|have to|want)|[Ww]e'll|[Ll]et me|[Ll]et's)\b/;
/** What a model asks its user, or says of its user's work. */
const SECOND_PERSON =
  /\b(?:(?:do|would|did) you (?:want|like|mean me)|should I|shall I|want me to|as you asked|your (?:script|code(?! here|: )|tests?|function|repo(?:sitory)?|app|snippet|example|branch|diff|change|module|class|component|question))\b/i;

/** Words that no sentence ends with: behind one of them it breaks off, or was wrapped. */
export const SMALL_WORDS =
  'a|an|the|to|of|for|and|or|in|on|at|with|your|is|are|has|have|be|been|by|from|as|that|this|not|before|after|while|when|if|because|than|which|until|can|cannot|could|will|may';

const MARKDOWN =
  /^\.(?:SH|TP|B|I|PP|IP|RS|RE|br)\b|^\s*(?:#{1,6} \S|[-*+•☐☑☒] \S|\d{1,2}[.)] \S|\[[\dx ]{1,3}\] \S|> ?(?!\{"type":"error")\S?|\|.*\|\s*$|\*\*\S|__\S)/;
const DIFF = /^(?:(?:\+\+\+|---) |[-+](?:\s|[A-Za-z"'`({[#/@.])|@@ |diff --git |index [0-9a-f]{7})/;
const KEYWORDS = [
  'if|for|while|return|throw|raise|const|let|var|def|class|function|async|await|import|export|from|switch|case|else|try',
  'catch|except|assert|expect|print|console\\.\\w+|log(?:ger)?\\.\\w+|echo|fn|pub|use|func|type|interface|it|test|describe',
  'SELECT|INSERT|UPDATE|DELETE',
];
const CODE = [
  new RegExp(`^\\s*(?:${KEYWORDS.join('|')})\\b.*[(){};=:]`),
  /^\s*(?:\/\/|\/\*|\*\s|<!--|#\s|#!|"""|'''|>>> )/,
  /^\s*(?:[\w.$]+\(.*\)[;,]?$|\w+\.\w+\(.*|[})\]];?,?$|<\/?\w+[^>]*>)/,
  /^\s*[\w.[\]"'`$]+ ?(?:=|:=|\+=|==|!=) ?\S/,
];
/** `src/a.ts:12: …`, `a.log-7-…`, `  118  2026-…`: what grep and log viewers print. */
const LOCATED = [
  /^\s*[\w./@-]+\.[A-Za-z]{1,5}[:(-]\d+[:),-]/,
  /^(?![45]\d\d: \w+(?:Error|Exception)\b)\s*\d{1,6}(?:\t|[│|→] ?|:(?!\d\d[:.])\s*\S)/,
  /^\s*\d{1,6}\s{2,}\S|^\s+\d{1,6}[\s:│|]\s*\S/,
];

/** Whether a line reads as a sentence for people: several lower-case words, no label, no stamp. */
export const isSentence = askedOnce(({ body, stamped, level }: LineShape): boolean => {
  // A field of a header, such as `Model: … with … format`, is no sentence.
  if (
    stamped ||
    level !== undefined ||
    (/^[A-Z][\w -]{1,20}: (?=\S)/.test(body) && body.length < 60 && !/\w[.,] \w/.test(body)) ||
    /^[a-z][\w.-]{1,20}: (?:[^:]|:\/\/)+$/.test(body) ||
    /^[a-z]\w{1,20} [\w.-]{1,30}: [a-z]\w{1,30}: /.test(body)
  )
    return false;
  // The head of a table: `NAME   READY   STATUS`, `LAST SEEN   TYPE`.
  if (/^[A-Z-]+(?: +[A-Z-]+)*(?: {2,}[A-Z-]+(?: [A-Z-]+)*)+$/.test(body)) return false;
  // Two fields stand on one line: `provider: x model: y`, or apart: `Directory: ~/app   Session: 1f7c`.
  if (/ \| \w+: \S+ \w+: \S|^[A-Z][\w ]{1,20}: \S.* {2,}[A-Z][\w ]{1,20}: \S/.test(body)) return false;
  if (isOtherScript(body)) return true;
  const words = body.match(/(?:^|\s)\p{L}[\p{L}']+(?=[\s,.;:!?)]|$)/gu) ?? [];
  return words.length >= 5 || (words.length >= 3 && FIRST_PERSON.test(body));
});

/** Scripts that write sentences without spaces: eight letters and a mark of theirs are one. */
function isOtherScript(body: string): boolean {
  const letters = body.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g)?.length ?? 0;
  return letters >= 8 && /[。、，；]/.test(body);
}

/** Whether a line is what models write: prose in the first person, Markdown, code, a diff. */
export const isWritten = askedOnce(({ text, body }: LineShape): boolean => {
  return isPersonal(body) || isMarkedUp(text) || isCode(text);
});

/** Whether a line is written in a programming language. */
export function isCode(text: string): boolean {
  return CODE.some((code) => code.test(text));
}

/** Whether a line speaks in the first person, or to the person whose work it is about. */
export function isPersonal(body: string): boolean {
  return FIRST_PERSON.test(body) || SECOND_PERSON.test(body);
}

/** Whether a line stands in a Markdown list, table, heading or quotation, or in a diff. */
export function isMarkedUp(text: string): boolean {
  return MARKDOWN.test(text) || DIFF.test(text);
}

/** Whether a line is shown with its place in a file. */
export const isLocated = askedOnce(({ text }: LineShape): boolean => LOCATED.some((place) => place.test(text)));

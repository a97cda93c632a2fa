import { isLaunch } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { PROMPT_MARK } from './screen-marks.ts';

/** What somebody asks who wants the words of a message, or what they mean: `Translate: "…"`, `Which message does it print?` */
const ASKS_WORDS =
  /\b(?:translat\w+|sentence|wording|verbatim|paraphras\w+|rephras\w+|(?:which|what) (?:\w+ ){0,2}(?:message|error|banner|status|text)|(?:message|word|words|answer|text|line) only|only the (?:\w+ )?(?:message|words?|answer|text|line)|complete the|(?:repeat|echo|say|print|quote)(?: \w+)? (?:the|this|exactly)|HTTP (?:status )?(?:code )?[45]\d\d|means?|meaning)\b/i;

/** Whether the prompt that is shown right above a line asks for words that may be a message's: then the line may be the answer. */
export function isAskedFor(shapes: readonly LineShape[], at: number): boolean {
  const above = shapes.slice(0, at).findLast(({ body }) => body !== '');
  if (above === undefined || !(isLaunch(above) || PROMPT_MARK.test(above.text))) return false;
  return ASKS_WORDS.test(above.text);
}

import type { LineShape } from './line-shape.ts';
import { saysFailure, speaksOfFailure } from './statement-words.ts';

/** How a program heads what its run has come to: `Result: …`, `Final answer: …`. */
const HEAD = /^(?:(final )|(?:agent |task |run |model )?)(?:(result|answer)|output|reply)s?: +(?=\S)/i;
/** A result that is none, or says how the run ended. */
const NONE =
  /^["'`(]?(?:none|null|nil|undefined|n\/a|nothing|empty|no|not|0|-|false|fail\w*|err\w*|abort\w*|cancel\w*|time\w*|incomplete|unknown|skipped|stopped|killed|see)\b|^[[{<(]|\bexit(?:ed)?\b|^["'`-]*$|^\S*\/\S*$/i;
/** So many words, or a quotation, are what somebody had asked for. */
const WORDS = 3;

/** Whether a line hands over what the run was asked for: then it has got over a failure above. Pure. */
export function handsOver({ body }: LineShape): boolean {
  const head = HEAD.exec(body);
  if (!head) return false;
  const rest = body.slice(head[0].length);
  if (NONE.test(rest) || speaksOfFailure(rest) || saysFailure(rest)) return false;
  return head[1] !== undefined || /^["“].*["”]\.?$/.test(rest) || rest.split(/\s+/).length >= WORDS;
}

import type { LineShape } from './line-shape.ts';
import { isSentence, SMALL_WORDS } from './prose.ts';
import { PROMPT_MARK } from './screen-marks.ts';

/** A sentence that runs into what stands below it: `The service answers with`. */
const RUNS_ON = new RegExp(
  `\\b(?:${[
    'with|is|was|are|were|be|says|said|saying|prints|printed|printing|returns|returned|answers|answered|reads|shows|showed|logs|logged',
    'sees|saw|see|gets|got|get|wrote|writes|writing|showing|throws|threw|reports|reported|displays|displayed|responds|replies|sends|contains',
    SMALL_WORDS,
    'like|into|on|but|where|then|its|only|just|namely',
  ].join('|')})$`,
);
/** A client repeats what it was asked: `🤖 Processing prompt: …`. */
const PROGRESS_HEAD = /^(?:\p{Extended_Pictographic}\uFE0F? ?)?Processing (?:prompt|request|message): /u;
/** A client has a person type something, where the line ends: `Paste the code here and press Enter:`. */
const ASKS_INPUT =
  /\b(?:paste|enter|type)\b.{0,20}\b(?:authorization|verification|device|one-time|login) code\b.{0,40}[:：>]$|\bpress enter ?[:：>]$/i;
/** Words of scripts that put no space between them, or use other letters. */
const OTHER_SCRIPT = /[\u0400-\u04ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{4}/;

/**
 * Whether a line announces what stands below it, or runs into it.
 *
 * @param isTraceHead whether it opens a trace, which ends in a colon too
 */
export function introduces(line: LineShape, isTraceHead: boolean): boolean {
  if (PROGRESS_HEAD.test(line.body) || ASKS_INPUT.test(line.body)) return false;
  const { body, stamped } = line;
  // A short prompt: `> go on`.
  if (PROMPT_MARK.test(line.text) && body.split(' ').length <= 4) return /[:：]$/.test(body);
  if (stamped || !(/[a-z] [a-z]/i.test(body) || OTHER_SCRIPT.test(body))) return false;
  // A body that was wrapped: `… - {"message":"Your key is` ↵ `invalid"}`.
  if (/\{[^}]*$/.test(body)) return false;
  if (/[,，]$/.test(body) && isSentence(line)) return true;
  return (/[:：]$/.test(body) && !isTraceHead) || RUNS_ON.test(body);
}

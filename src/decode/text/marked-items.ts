/** What a screen or a report ticks off: a row for each thing done, with a mark for how it went. */
import { isClosed } from './closing-lines.ts';
import { AGENTS } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { labelOf } from './statement-label.ts';
import { isAboutWork } from './statement-words.ts';
import { isToolLine } from './tool-blocks.ts';

/** The marks of a row that went well, and of one that failed. */
const WELL = /^\s*(?:[✓✔✅☑√🟢]\uFE0F?|\[[✓✔√]\])\s+(?=\S)/u;
const BADLY = /^\s*(?:[✗✕✘✖×❌🔴]\uFE0F?|\[[✗✕✘✖×]\])\s+(?=\S)/u;
/** How a host clears up behind a failure, and whom it tells of it. */
const CLEARS_UP =
  /\b(?:clean(?:ed|ing|s)?(?:-?up)?|remov(?:ed|ing)|delet(?:ed|ing)|sav(?:ed|ing)|upload(?:ed|ing)|stor(?:ed|ing)|restor(?:ed|ing)|releas(?:ed|ing)|revert(?:ed|ing)|rolled back|notif\w+|post(?:ed)?|sent|closed|stopped|archived|unlocked|torn down|teardown)\b/i;
/** A row names what was called before what came of it: `Oracle: request failed`, `web_search   API key missing`. */
const CALLED = /^([A-Za-z][\w./-]{1,40}(?: [\w./-]{1,40})?)(?::\s| {2,})/;
const OF_AGENT = new RegExp(`^(?:${AGENTS})\\b`, 'i');
/** How many rows of one list are looked at. */
const ROWS = 40;

function isRow(shape: LineShape | undefined): shape is LineShape {
  return shape !== undefined && (WELL.test(shape.raw) || BADLY.test(shape.raw));
}

/** The rows of the list that a row stands in: right above and below it, and as far indented. */
function listAround(shapes: readonly LineShape[], at: number): readonly LineShape[] {
  const { indent } = shapes[at] as LineShape;
  const isOfList = (one: number) => isRow(shapes[one]) && shapes[one]?.indent === indent;
  let [first, last] = [at, at];
  while (first > at - ROWS && isOfList(first - 1)) first -= 1;
  while (last < at + ROWS && isOfList(last + 1)) last += 1;
  return shapes.slice(first, last + 1);
}

/** Whether a row names something that was called, among rows of tools: `✗ Oracle: request failed` over `✓ Bash make`. */
export function isAmongTools(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  if (!BADLY.test(shape.raw)) return false;
  const called = CALLED.exec(shape.body)?.[1];
  if (called === undefined || labelOf(shape.body) !== undefined || OF_AGENT.test(called) || isAboutWork(called))
    return false;
  return listAround(shapes, at).some((row) => row !== shape && isToolLine(row));
}

/** Whether a row of the same list below a failed one went well, which is none of a host's that clears up. */
export function isTickedOffBelow(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  if (!BADLY.test(shape.raw) || isClosed(shapes, at)) return false;
  const rows = listAround(shapes, at);
  return rows.slice(rows.indexOf(shape) + 1).some(({ raw }) => WELL.test(raw) && !CLEARS_UP.test(raw));
}

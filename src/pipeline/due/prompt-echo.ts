import { comparePositions } from '../../contracts/position.ts';
import type { Suspicion } from '../../contracts/run-state.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import { hasSpeakerHeadings, headedStream, speakerAt } from '../../decode/speaker-headings.ts';
import { shapeLine } from '../../decode/text/line-shape.ts';
import { isCode, isMarkedUp } from '../../decode/text/prose.ts';
import type { LoggedLine } from '../ports/ports.ts';

/**
 * How long after the prompt a line is stored that was not printed with it, in milliseconds. Codex 0.171.0 prints its header and
 * the prompt at once, and the next line 0.6 s later at the soonest.
 */
const LATER_MS = 100;

/** More of a prompt than this is not looked through for what it may quote. */
const SHORT_PROMPT_LINES = 20;

/**
 * What a prompt says that has a failure quoted below it: words about failures, messages and what shows them, a reference
 * to what stands below, a question.
 */
const LEADS_TO_QUOTATION =
  /\b(?:errors?|exceptions?|fail\w*|brok\w*|crash\w*|stuck|hang\w*|hung|di(?:es|ed)|stop\w*|abort\w*|exit\w*|end(?:s|ed)|wrong|bugs?|issues?|problems?|trouble|incidents?|debug\w*|explain\w*|logs?|lines?|messages?|outputs?|traces?|stderr|stdout|warnings?|limits?|prints?|printed|says?|said|shows?|gets?|got|paste\w*|reports?|reported|quot\w*|this|that|these|those|following|below|above|here|why|what|when|how)\b|[?:]$|[^\x20-\x7e\u2018-\u201d\u2026]/i;

/**
 * Which lines above a suspicious one are the prompt, as the client itself prints it when it starts, and nobody's words about
 * the failure: the line was printed after them, so it is not part of the prompt; or, where all came at once, the prompt
 * is short and says nothing that leads to a quotation. Pure.
 *
 * @param before the lines above the suspicious one, on both streams
 */
export function promptEcho(
  runtime: string,
  before: readonly LoggedLine[],
  { evidence, position, at_ms: atMs }: Suspicion,
): ReadonlySet<LoggedLine> {
  const stream = evidence?.stream;
  if (!stream || !hasSpeakerHeadings(runtime, stream)) return new Set();
  const lines = before.filter((line) => line.stream === stream);
  const shown = lines.map(({ text }) => ({ raw: text }));
  const headed = headedStream(runtime, stream, shown);
  const prompt = lines.filter((_, at) => speakerAt(runtime, headed, shown, at) === 'prompt');
  const heading = prompt[0];
  if (!heading) return new Set();
  // One message is printed at once; what stands in a later one is the client's, or the rest of a long prompt.
  const echoed = prompt.filter(({ position: { seq } }) => seq === heading.position.seq);
  const isLater = position.seq !== heading.position.seq && atMs - (heading.atMs ?? atMs) >= LATER_MS;
  if (isLater) return new Set(echoed);
  const words = prompt.filter((line) => comparePositions(line.position, heading.position) !== 0);
  return words.length <= SHORT_PROMPT_LINES && words.every(isPlainTask) ? new Set(prompt) : new Set();
}

function isPlainTask({ text }: LoggedLine): boolean {
  const line = normaliseText(text).trim();
  if (line === '') return true;
  const { text: shaped } = shapeLine(line);
  return !LEADS_TO_QUOTATION.test(line) && !isMarkedUp(shaped) && !isCode(shaped);
}

import { withdrawNoted } from '../../classify/noted-records.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { runOf } from '../../classify/run-state.ts';
import { saysNothing } from '../../classify/settle-suspicion.ts';
import { mayHaveGotOver } from '../../classify/watch-times.ts';
import type { Evidence } from '../../contracts/evidence.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import { shapeLine } from '../../decode/text/line-shape.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';

/** How many lines after the last noted one are read: a run that has printed more has gone on. */
const LINES_AFTER = 1_000;

/**
 * Takes back what was noted of a run that prints plain text, such as one attempt that failed, where the run went on to
 * speak after it and exited with 0: plain text has no result that would say so. What it said last must not be a failure
 * itself, because clients that give up can exit with 0 too. A line of a log is never enough to end a run, so the exit
 * alone outweighs it, and clients log until they are gone.
 */
export async function withdrawGotOver(state: RunState, rules: RuleSet, history: LogHistory): Promise<Outcome> {
  const { noted } = state;
  const unchanged = { state, effects: [] };
  if (!mayHaveGotOver(state) || !noted.every(isPlainText)) return unchanged;
  const lastNoted = noted.flatMap(({ evidence }) => evidence).findLast((line) => !isLogged(line.excerpt));
  return !lastNoted || (await wentOnAfter(lastNoted, state, rules, history)) ? withdrawNoted(state) : unchanged;
}

/** Whether a run that prints plain text went on to speak after a line, and ended in words that are no failure. */
export async function wentOnAfter(
  line: Evidence,
  state: RunState,
  rules: RuleSet,
  history: LogHistory,
): Promise<boolean> {
  const fromMessage = { seq: Math.max(0, (line.seq ?? 0) - 1), row: Number.MAX_SAFE_INTEGER };
  const lines = await history.linesAfter(runOf(state), fromMessage, LINES_AFTER);
  const at = lines.findLastIndex(({ stream, text }) => stream === line.stream && excerpt(text) === line.excerpt);
  const after = lines.slice(at + 1);
  return after.length >= LINES_AFTER || after.some(({ letGo }) => letGo) || endsInSpeech(after, state, rules);
}

export const isPlainText = ({ evidence }: FailureRecord): boolean =>
  evidence.every(({ event }) => event === LINE_EVENT);

/** Whether a line is one of a log: a time and a level stand before its words. */
function isLogged(text: string): boolean {
  const { stamped, level } = shapeLine(text);
  return stamped && level !== undefined;
}

/** Whether the last line that says anything is none that a rule knows for a failure. */
function endsInSpeech(lines: readonly LoggedLine[], state: RunState, rules: RuleSet): boolean {
  const decoder = decoderFor(state.runtime, rules.runtimes);
  const texts = lines.map((line) => ({ ...line, normal: normaliseText(line.text) }));
  const last = texts.findLast(({ normal }) => !saysNothing(normal) && !isLogged(normal));
  if (!last) return false;
  const event = decoder.decode({ stream: last.stream, number: 0, raw: Buffer.from(last.text) }, 'text');
  return rules.match(event, last.stream, decoder.runtime).hits.length === 0;
}

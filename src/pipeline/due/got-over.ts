import { withdrawNoted } from '../../classify/noted-records.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { runOf } from '../../classify/run-state.ts';
import { saysNothing } from '../../classify/settle-suspicion.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';

/** How many lines after the last noted one are read: a run that has printed more has gone on. */
const LINES_AFTER = 1_000;

/**
 * Takes back what was noted of a run that prints plain text, such as one attempt that failed, where the run went on to
 * speak after it and exited with 0: plain text has no result that would say so. What it said last must not be a failure
 * itself, because clients that give up can exit with 0 too.
 */
export async function withdrawGotOver(state: RunState, rules: RuleSet, history: LogHistory): Promise<Outcome> {
  const { exited, verdict, succeeded, noted } = state;
  const lastNoted = noted.at(-1)?.evidence[0];
  const unchanged = { state, effects: [] };
  if (exited?.code !== 0 || verdict || succeeded || !lastNoted || !noted.every(isPlainText)) return unchanged;
  const fromMessage = { seq: Math.max(0, (lastNoted.seq ?? 0) - 1), row: Number.MAX_SAFE_INTEGER };
  const lines = await history.linesAfter(runOf(state), fromMessage, LINES_AFTER);
  const at = lines.findLastIndex(
    ({ stream, text }) => stream === lastNoted.stream && excerpt(text) === lastNoted.excerpt,
  );
  const after = lines.slice(at + 1);
  const wentOn = after.length >= LINES_AFTER || after.some(({ letGo }) => letGo) || endsInSpeech(after, state, rules);
  return wentOn ? withdrawNoted(state) : unchanged;
}

const isPlainText = ({ evidence }: FailureRecord): boolean => evidence.every(({ event }) => event === LINE_EVENT);

/** Whether the last line that says anything is none that a rule knows for a failure. */
function endsInSpeech(lines: readonly LoggedLine[], state: RunState, rules: RuleSet): boolean {
  const decoder = decoderFor(state.runtime, rules.runtimes);
  const last = lines.findLast(({ text }) => !saysNothing(normaliseText(text)));
  if (!last) return false;
  const event = decoder.decode({ stream: last.stream, number: 0, raw: Buffer.from(last.text) }, 'text');
  return rules.match(event, last.stream, decoder.runtime).hits.length === 0;
}

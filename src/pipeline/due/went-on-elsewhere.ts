import { runOf } from '../../classify/run-state.ts';
import { hasSpokenSince } from '../../classify/settle-suspicion.ts';
import type { Provenance } from '../../contracts/categories.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { shapeLine } from '../../decode/text/line-shape.ts';
import { statementIn } from '../../decode/text/statement-line.ts';
import type { CompiledRule, RuleSet } from '../../ruleset/rule-set.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';
import { formatOfStream } from './stream-format.ts';

/** How many lines after a suspicious one are read: more than this is certainly the run going on. */
const LINES_AFTER = 1_000;

/** Who speaks in an event of a run that goes on. The runtime itself may report its failure once more. */
export const GOES_ON: ReadonlySet<Provenance> = new Set<Provenance>(['narration', 'tool', 'prompt']);

/**
 * Whether a run has gone on, on standard output, after a line of text on standard error: a statement is read again with the
 * lines of its own stream alone.
 */
export async function wentOnElsewhere(
  state: RunState,
  suspicion: Suspicion,
  rule: CompiledRule,
  rules: RuleSet,
  history: LogHistory,
): Promise<boolean> {
  if (suspicion.evidence?.stream !== 'stderr') return false;
  const all = await history.linesAfter(runOf(state), suspicion.position, LINES_AFTER);
  const lines = all.filter(({ stream, letGo }) => letGo || stream === 'stdout');
  if (lines.length === 0) return false;
  if (lines.length >= LINES_AFTER || lines.some(({ letGo }) => letGo)) return true;
  const decoder = decoderFor(state.runtime, rules.runtimes);
  const format = await formatOfStream(state, 'stdout', history, rules.runtimes);
  const saysMore = ({ text: printed }: LoggedLine): boolean => {
    const event = decoder.decode({ stream: 'stdout', number: 0, raw: Buffer.from(printed) }, format);
    // What a script printed before it started the client is not the client's.
    if (event.typed) return GOES_ON.has(event.provenance) || decoder.opensRun('stdout', printed);
    if (event.name !== LINE_EVENT) return false;
    const isFailure =
      statementIn(shapeLine(event.text)) || rules.match(event, 'stdout', decoder.runtime).hits.length > 0;
    return !isFailure && hasSpokenSince(rule, suspicion, [event.text]);
  };
  return lines.some(saysMore);
}

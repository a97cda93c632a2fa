import { runOf } from '../../classify/run-state.ts';
import { isBefore } from '../../contracts/position.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import { ownsChannel } from '../../decode/channels.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { isHeaderLine } from '../../decode/header-lines.ts';
import type { CompiledRule, RuleSet } from '../../ruleset/rule-set.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';
import { promptEcho } from './prompt-echo.ts';
import { formatOfStream } from './stream-format.ts';

/** How many lines are read from the run's beginning: one that has printed more has said something. */
const LINES_BEFORE = 400;

/**
 * What stands before a suspicious line in the run's output, on both streams: `alone` where the runtime alone has spoken,
 * in its header with the prompt that it repeats there, in events of its own and in words that rules know for failures; `others` where the model, a tool or the
 * prompt may have said something, so that the line may be part of it.
 */
export async function saidBefore(
  state: RunState,
  suspicion: Suspicion,
  rule: CompiledRule,
  rules: RuleSet,
  history: LogHistory,
): Promise<'alone' | 'others'> {
  const run = runOf(state);
  const lines = await history.linesAfter(run, { seq: 0, row: 0 }, LINES_BEFORE);
  const before = lines.filter(({ position }) => isBefore(position, suspicion.position));
  if (before.length === LINES_BEFORE || before.some(({ letGo }) => letGo)) return 'others';
  const decoder = decoderFor(state.runtime, rules.runtimes);
  const formats = {
    stdout: await formatOfStream(state, 'stdout', history, rules.runtimes),
    stderr: await formatOfStream(state, 'stderr', history, rules.runtimes),
  };
  const echoed = promptEcho(decoder.runtime, before, suspicion);
  const isOwn = (logged: LoggedLine): boolean => {
    const { stream, text: printed } = logged;
    if (echoed.has(logged)) return true;
    const line = { stream, number: 0, raw: Buffer.from(printed) };
    const event = decoder.decode(line, formats[stream]);
    // A client that speaks in events says in one what it fails of; what then stands on standard error may be a tool server's.
    if (event.typed) return event.provenance === 'runtime' && suspicion.evidence?.stream !== 'stderr';
    if (event.name !== LINE_EVENT) return event.provenance === 'runtime' || event.provenance === 'unknown';
    const { text } = event;
    if (text.trim() === '' || ownsChannel(decoder.runtime, stream) || isHeaderLine(decoder.runtime, text)) return true;
    if (excerpt(text) === suspicion.evidence?.excerpt || rule.continues(text)) return true;
    return rules.match(event, stream, decoder.runtime).hits.length > 0;
  };
  // What another printed before the agent was there, the agent has not said.
  return before.every((line) => line.isEarly || isOwn(line)) ? 'alone' : 'others';
}

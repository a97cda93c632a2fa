import type { StreamEnd } from '../../classify/post-mortem/last-statement.ts';
import { saysNothing } from '../../classify/settle-suspicion.ts';
import { mayHaveWorked } from '../../classify/watch-times.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { isHeaderLine } from '../../decode/header-lines.ts';
import { AFTER_PROSE } from '../../decode/text/quotation.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { HOSTS } from '../../ruleset/statements/hosts.ts';
import type { LastOutput } from '../ports/ports.ts';

/**
 * The soonest after its start that a run has a model's answer to print, in milliseconds. What is done sooner has asked no
 * provider: a wrapper that found nothing to do, a version, a list of servers.
 */
const SOONEST_ANSWER_MS = 1_000;

/** What an agent prints of itself: its version, its help. */
const ABOUT_ITSELF = /^(?:\S+ )?v?\d+\.\d+\.\d+\b|^usage:/i;

/**
 * When a run that prints plain text has shown that its credential works, epoch milliseconds: it exited with 0 after words on
 * standard output, and neither they nor what it printed last on standard error are a failure. Clients that give up can exit
 * with 0 too, and say so. Undefined where it has not shown it. Pure.
 *
 * @param ends the ends of its streams
 * @param last its last words on standard output, where it has any that are text
 */
export function workedMs(
  state: RunState,
  ends: readonly StreamEnd[],
  last: LastOutput | undefined,
  rules: RuleSet,
): number | undefined {
  const { runtime } = decoderFor(state.runtime, rules.runtimes);
  if (!last || !mayHaveWorked(state) || HOSTS.has(runtime)) return undefined;
  if (last.atMs - (state.started_ms ?? last.atMs) < SOONEST_ANSWER_MS) return undefined;
  const isBad = ends.some((end) =>
    end.shapes.some((_, at) => at >= end.from && statesFailure(end, at, rules, runtime)),
  );
  const words = ends.find(({ stream }) => stream === 'stdout')?.shapes ?? [];
  const isAnswer = words.some(({ text }) => !saysNothing(text) && !isHeaderLine(runtime, text));
  const isAboutItself = words.some(({ text }) => ABOUT_ITSELF.test(text.trim()));
  return isBad || isAboutItself || !isAnswer ? undefined : last.atMs;
}

const STANDS: ReadonlySet<string | undefined> = new Set([undefined, 'retried', AFTER_PROSE]);

/** Whether a line states a failure; on standard error, where clients log, one whose cause is known. */
function statesFailure({ stream, shapes, lines }: StreamEnd, at: number, rules: RuleSet, runtime: string): boolean {
  const reading = rules.readText({ shapes, at }, stream, runtime);
  // What a wrapper says after its client's failure makes no success of it, and may make nothing else of a quotation.
  if (reading?.resolved !== undefined) return true;
  if (reading !== undefined && stream === 'stdout' && STANDS.has(reading.text.cancelled)) return true;
  const raw = Buffer.from(lines[at]?.text ?? '');
  const event = decoderFor(runtime, rules.runtimes).decode({ stream, number: 0, raw }, 'text');
  return at === shapes.length - 1 && rules.match(event, stream, runtime).hits.length > 0;
}

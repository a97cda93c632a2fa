import type { DecisionContext } from '../../classify/decision-context.ts';
import type { Outcome } from '../../classify/outcome.ts';
import { type StreamEnd, streamEnd } from '../../classify/post-mortem/last-statement.ts';
import { endedBadly, nameEnd } from '../../classify/post-mortem/name-end.ts';
import { runOf } from '../../classify/run-state.ts';
import { mayHaveWorked } from '../../classify/watch-times.ts';
import { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { LastOutput, LoggedLine, LogHistory } from '../ports/ports.ts';
import { withdrawGotOver } from './got-over.ts';
import { workedMs } from './has-worked.ts';
import { formatOfStream } from './stream-format.ts';

/** How many messages of all runs before a stream's last one are gone back, the farthest first. */
const SPANS = [1_000_000, 10_000, 100];
/** A look that finds more lines than this went back too far. */
const MAX_LINES = 400;
/** The lines of one message. */
const MESSAGE_LINES = 20_000;

/**
 * Looks at a run that has exited, once its last lines have been read: records what it died of, or takes back what it got over,
 * and whether its credential has worked.
 */
export async function lookAtExit(
  before: RunState,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  const { exit_check: _, ...state } = before;
  if (!endedBadly(state)) return lookAtGoodExit(state, rules, history);
  const last = await history.lastOutput(runOf(state));
  const end = { streams: await endsOf(state, rules, history), ...(last && { last }) };
  return nameEnd(state, end, rules, context);
}

async function lookAtGoodExit(before: RunState, rules: RuleSet, history: LogHistory): Promise<Outcome> {
  const outcome = await withdrawGotOver(before, rules, history);
  const { state, effects } = outcome;
  if (!mayHaveWorked(state)) return outcome;
  if ((await formatOfStream(state, 'stdout', history, rules.runtimes)) !== 'text') return outcome;
  const last = await history.lastOutput(runOf(state), 'stdout');
  const atMs = workedMs(state, await endsOf(state, rules, history), last, rules);
  return atMs === undefined ? outcome : { state: { ...state, worked: { at_ms: atMs } }, effects };
}

/** The ends of the streams on which a run said anything. */
async function endsOf(state: RunState, rules: RuleSet, history: LogHistory): Promise<StreamEnd[]> {
  const ends = await Promise.all(StreamName.options.map((stream) => endOf(state, stream, rules, history)));
  return ends.filter((one): one is StreamEnd => one !== undefined);
}

async function endOf(
  state: RunState,
  stream: StreamName,
  rules: RuleSet,
  history: LogHistory,
): Promise<StreamEnd | undefined> {
  const last = await history.lastOutput(runOf(state), stream);
  if (!last) return undefined;
  const isText = (await formatOfStream(state, stream, history, rules.runtimes)) === 'text';
  const lines = await linesUpTo(last, state, history);
  const own = lines.filter((line) => line.stream === stream && !line.letGo);
  return streamEnd(stream, own, isText);
}

async function linesUpTo({ position }: LastOutput, state: RunState, history: LogHistory): Promise<LoggedLine[]> {
  const from = (span: number) => ({ seq: Math.max(0, position.seq - 1 - span), row: Number.MAX_SAFE_INTEGER });
  for (const span of SPANS) {
    const lines = await history.linesAfter(runOf(state), from(span), MAX_LINES);
    if (lines.length < MAX_LINES) return lines;
  }
  return (await history.linesAfter(runOf(state), from(0), MESSAGE_LINES)).slice(-MAX_LINES);
}

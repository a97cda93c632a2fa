import { checkSilence, type Silence, withoutStall } from '../../classify/check-silence.ts';
import type { DecisionContext } from '../../classify/decision-context.ts';
import { closeRecord, followCommand } from '../../classify/follow-command.ts';
import { evidenceOfLine } from '../../classify/occurrence.ts';
import type { Effect, Outcome } from '../../classify/outcome.ts';
import { reportCompletion } from '../../classify/report-completion.ts';
import { runOf } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { announcesTools } from '../../decode/announced-tools.ts';
import { decoderFor } from '../../decode/decoders.ts';
import type { CompiledStall, RuleSet } from '../../ruleset/rule-set.ts';
import type { LogHistory } from '../ports/ports.ts';
import { lacksLast } from './dropped-lines.ts';
import { lookAtExit } from './look-at-exit.ts';
import { openToolOf } from './open-tool.ts';
import { settleSuspicions } from './settle-suspicions.ts';
import { formatOfStream } from './stream-format.ts';
import { treeNow } from './tree-now.ts';
import { isUnread, mayHaveEnded, UNREAD_MS } from './unread-result.ts';
import { inOpenTurn } from './waits-for-prompt.ts';
import { withMistake } from './was-mistaken.ts';

/**
 * Does whatever is due for a run: settles suspicions, looks at its silence, follows its abort command, and looks
 * whether its end was reported. What the run said meanwhile is read from the log stream.
 */
export async function handleDue(
  before: RunState,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  const effects: Effect[] = [];
  let state = before;
  const take = (outcome: Outcome): void => {
    state = outcome.state;
    effects.push(...outcome.effects);
  };
  take(await settleSuspicions(state, rules, history, context));
  const stall = rules.stallOf(state.runtime ?? 'generic');
  if (stall && state.stall && state.stall.due_ms <= context.nowMs && !state.verdict) {
    take(await lookAtSilence(state, stall, rules, history, context));
  }
  // Whose verdict has been reached is not watched for silence any more; a time left behind would hide those that follow.
  if (state.verdict) state = withoutStall(state);
  take(followCommand(state, context.nowMs));
  take(await withMistake(before, closeRecord(state), rules, history));
  if (stall && state.completion && state.completion.due_ms <= context.nowMs) {
    const last = await history.lastOutput(runOf(state));
    take(reportCompletion(state, stall, last && { atMs: last.atMs, evidence: evidenceOfLine(last) }, context));
  }
  if (state.exit_check && state.exit_check.due_ms <= context.nowMs) {
    take(await lookAtExit(state, rules, history, context));
  }
  return { state, effects };
}

async function lookAtSilence(
  before: RunState,
  stall: CompiledStall,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  const { nowMs } = context;
  const lookAgain = (dueMs: number, warned = {}): Outcome => ({
    state: { ...before, stall: { ...warned, due_ms: dueMs } },
    effects: [],
  });
  // Nearly all runs talk: that takes one look to see, and ten thousand runs are looked at.
  const spoke = await history.lastOutput(runOf(before), 'stdout');
  const spokeMs = spoke?.atMs;
  if (spokeMs !== undefined && nowMs - spokeMs < stall.soonestMs) {
    return lookAgain(Math.min(nowMs, spokeMs) + stall.soonestMs);
  }
  const state = await inOpenTurn(before, rules.runtimes, history);
  if (!state) return lookAgain(nowMs + stall.soonestMs);
  const silence = await silenceOf(state, stall, rules, history, nowMs);
  if (await lacksLast(before, spoke, history)) return lookAgain(nowMs + stall.soonestMs);
  const judged = checkSilence(state, stall, silence, context);
  if (judged.state.verdict) {
    return (await mayHaveEnded(state, rules, history)) ? lookAgain(nowMs + UNREAD_MS, state.stall) : judged;
  }
  // What a run has said may be why it is silent, and be known once it is read.
  const isTold = judged.effects.length > 0 && !(await isUnread(state, history));
  return isTold || judged.effects.length === 0 ? judged : lookAgain(nowMs + stall.soonestMs, state.stall);
}

async function silenceOf(
  state: RunState,
  stall: CompiledStall,
  rules: RuleSet,
  history: LogHistory,
  nowMs: number,
): Promise<Silence> {
  const run = runOf(state);
  const [last, format, tree] = await Promise.all([
    history.lastOutput(run),
    formatOfStream(state, 'stdout', history, rules.runtimes),
    treeNow(run, history, nowMs),
  ]);
  const startedMs = state.started_ms ?? state.stall?.due_ms ?? nowMs;
  const tellsTools = format === 'structured' && announcesTools(decoderFor(state.runtime, rules.runtimes).runtime);
  const seen = { format, tellsTools, ...(tree && { tree }) };
  if (!last) return { ...seen, sinceMs: startedMs, position: { seq: 0, row: 0 } };
  const tool = tellsTools ? await openToolOf(state, stall, rules, history) : undefined;
  return {
    ...seen,
    // What was printed last may carry the clock of another machine: silence never began in the future.
    sinceMs: Math.min(nowMs, Math.max(last.atMs, startedMs)),
    position: last.position,
    lastLine: evidenceOfLine(last),
    ...(tool === undefined ? {} : { openTool: tool }),
  };
}

import type { Effect, Outcome } from '../../classify/outcome.ts';
import { type DecisionContext, isBefore } from '../../classify/reach-verdict.ts';
import { runOf } from '../../classify/run-state.ts';
import { hasSpokenSince, settleSuspicion } from '../../classify/settle-suspicion.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import { hasSpeakerHeadings, speakerOf } from '../../decode/speaker-headings.ts';
import { isCause, type RuleSet } from '../../ruleset/rule-set.ts';
import type { LogHistory } from '../ports/ports.ts';
import { rereadStatement } from './reread-statement.ts';
import { mayHaveEnded, UNREAD_MS } from './unread-result.ts';

/** How many lines after a suspicious one are read: more than this is certainly the run going on. */
const LINES_AFTER = 1_000;

/**
 * Settles the suspicions of a run that are due: those whose silence is over, or all of them once the run has exited.
 * What the run has said since is read from the log stream, so no bookkeeping is needed for runs that go on.
 */
export async function settleSuspicions(
  before: RunState,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  let state = before;
  const effects: Effect[] = [];
  for (const suspicion of before.suspicions) {
    const due = state.exited !== undefined || (suspicion.due_ms !== null && suspicion.due_ms <= context.nowMs);
    if (!due) continue;
    const named = rules.rules.find((candidate) => candidate.key === suspicion.rule_key);
    const again = named && isCause(named) ? await rereadStatement(state, suspicion, rules, history) : undefined;
    const rule = again?.rule ?? named;
    const after = await history.linesAfter(runOf(state), suspicion.position, LINES_AFTER);
    const texts = after.map((line) => normaliseText(line.text));
    const wentOn = after.length >= LINES_AFTER || after.some(({ letGo }) => letGo);
    const spoken = again
      ? again.cancelled !== undefined
      : rule !== undefined && (wentOn || hasSpokenSince(rule, suspicion, texts));
    const quoted = !spoken && !again && (await isQuoted(state, suspicion, history));
    const outcome = settleSuspicion(state, suspicion, rule, spoken || quoted, context);
    const isVerdict = !state.verdict && outcome.state.verdict !== undefined;
    if (isVerdict && (await mayHaveEnded(state, rules, history))) {
      state = later(state, suspicion, context.nowMs + UNREAD_MS);
      continue;
    }
    state = outcome.state;
    effects.push(...outcome.effects);
  }
  return { state, effects };
}

/** The same with a suspicion that is looked at again at another time. */
function later(state: RunState, suspicion: Suspicion, dueMs: number): RunState {
  const suspicions = state.suspicions.map((one) => (one === suspicion ? { ...one, due_ms: dueMs } : one));
  return { ...state, suspicions };
}

/** How many lines of a run are read for headings: who spoke after more than this is not looked for. */
const LINES_BEFORE = 20_000;

/** Whether the headings above a suspicious line say that somebody else than the runtime wrote it. */
async function isQuoted(state: RunState, { evidence, position }: Suspicion, history: LogHistory): Promise<boolean> {
  const { runtime } = state;
  if (!evidence || runtime === undefined || !hasSpeakerHeadings(runtime, evidence.stream)) return false;
  const lines = await history.linesAfter(runOf(state), { seq: 0, row: 0 }, LINES_BEFORE);
  const upToIt = lines.filter((line) => line.stream === evidence.stream && !isBefore(position, line.position));
  const speaker = speakerOf(
    runtime,
    evidence.stream,
    upToIt.map(({ text }) => text),
  );
  return speaker !== undefined && speaker !== 'runtime';
}

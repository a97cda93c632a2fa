import type { Effect, Outcome } from '../classify/outcome.ts';
import type { Bench } from '../classify/reach-verdict.ts';
import { runOf } from '../classify/run-memory.ts';
import { hasSpokenSince, settleSuspicion } from '../classify/settle-suspicion.ts';
import type { RunState } from '../contracts/run-state.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { LogHistory } from './ports.ts';

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
  bench: Bench,
): Promise<Outcome> {
  let state = before;
  const effects: Effect[] = [];
  for (const suspicion of before.suspicions) {
    const due = state.exited !== undefined || (suspicion.due_ms !== null && suspicion.due_ms <= bench.nowMs);
    if (!due) continue;
    const rule = rules.rules.find((candidate) => candidate.key === suspicion.rule_key);
    const after = await history.linesAfter(runOf(state), suspicion.position, LINES_AFTER);
    const texts = after.map((line) => normaliseText(line.text));
    const wentOn = after.length >= LINES_AFTER || after.some(({ letGo }) => letGo);
    const spoken = rule !== undefined && (wentOn || hasSpokenSince(rule, suspicion, texts));
    const outcome = settleSuspicion(state, suspicion, rule, spoken, bench);
    state = outcome.state;
    effects.push(...outcome.effects);
  }
  return { state, effects };
}

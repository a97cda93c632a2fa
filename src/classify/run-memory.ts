import type { Run } from '../contracts/run.ts';
import { RunState } from '../contracts/run-state.ts';

/** What knell remembers of a run it has not seen before. */
export function newRunState(run: Run): RunState {
  return RunState.parse({ schema: 'knell.run-state/v1', ...run });
}

export function runOf(state: RunState): Run {
  return { agent: state.agent, execution: state.execution, attempt: state.attempt };
}

/** Forgets what counts towards a rule, because the run has got over it. */
export function forgetRule(state: RunState, ruleKey: string): RunState {
  const counts = Object.fromEntries(Object.entries(state.counts).filter(([key]) => !key.startsWith(`${ruleKey}#`)));
  return { ...state, counts, suspicions: state.suspicions.filter((suspicion) => suspicion.rule_key !== ruleKey) };
}

import type { Evidence } from '../contracts/evidence.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { CompiledStall } from '../ruleset/rule-set.ts';
import type { FailureDescription } from './build-messages.ts';
import { buildRecord } from './build-messages.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Outcome } from './outcome.ts';

const UNREPORTED: FailureDescription = {
  title: 'The run is over, and the platform has not noticed',
  category: 'platform.completion_unreported',
  scope: 'platform',
  severity: 'warning',
  status: 'stable',
  next: 'notify_owner',
  remedy: 'Free its slot, and look at why its end was not reported.',
};

/** The last line of a run, and when it was stored, epoch milliseconds. */
export interface LastWord {
  readonly atMs: number;
  readonly evidence: Evidence;
}

/**
 * Records, once, that a run is over and its platform has not noticed: it reported its result a while ago and no host has
 * reported its exit.
 *
 * @param last what the run said last; a run that still talks is not over
 */
export function reportCompletion(
  state: RunState,
  stall: CompiledStall,
  last: LastWord | undefined,
  context: DecisionContext,
): Outcome {
  const { completion: due, ...rest } = state;
  if (!due || due.due_ms > context.nowMs) return { state, effects: [] };
  const { succeeded } = state;
  if (state.exited || !succeeded || stall.completionMs === undefined) return { state: rest, effects: [] };
  const quietMs = context.nowMs - Math.max(last?.atMs ?? 0, succeeded.at_ms);
  if (quietMs < stall.completionMs) {
    return { state: { ...rest, completion: { due_ms: context.nowMs - quietMs + stall.completionMs } }, effects: [] };
  }
  const about = 'completion-unreported';
  if (state.recorded[about]) return { state: rest, effects: [] };
  const detection = {
    rule: { ...stall.pack, id: 'completion' },
    rule_key: `${stall.pack.pack}/completion`,
    grade: 'stated' as const,
    precedence: 0,
    position: succeeded.position,
    at_ms: succeeded.at_ms,
    ...(last && { evidence: last.evidence }),
  };
  const record = buildRecord({ rule: UNREPORTED, detection }, state, context.policy, context.nowMs, {
    disposition: 'recorded',
    about,
  });
  return { state: { ...rest, recorded: { ...state.recorded, [about]: 1 } }, effects: [{ kind: 'record', record }] };
}

import type { RunState } from '../contracts/run-state.ts';
import type { CompiledStall } from '../ruleset/rule-set.ts';
import type { FailureDescription } from './build-messages.ts';
import { buildRecord } from './build-messages.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Outcome } from './outcome.ts';
import { isReported } from './watch-times.ts';

const UNREPORTED: FailureDescription = {
  title: 'The run is over, and the platform has not noticed',
  category: 'platform.completion_unreported',
  scope: 'platform',
  severity: 'warning',
  status: 'stable',
  next: 'notify_owner',
  remedy: 'Free its slot, and look at why its end was not reported.',
};

/**
 * Records, once, that a run is over and its platform has not noticed: it reported its result a while ago and no host has
 * reported its exit, or it exited and its abort command has no answer.
 *
 * @param spokeMs when the run last said something; a run that still talks is not over
 */
export function reportCompletion(
  state: RunState,
  stall: CompiledStall,
  spokeMs: number | undefined,
  context: DecisionContext,
): Outcome {
  const { completion: due, ...rest } = state;
  const endedMs = state.exited?.at_ms ?? state.succeeded?.at_ms;
  if (!due || due.due_ms > context.nowMs) return { state, effects: [] };
  if (isReported(state) || endedMs === undefined || stall.completionMs === undefined)
    return { state: rest, effects: [] };
  const quietMs = context.nowMs - Math.max(spokeMs ?? 0, endedMs);
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
    position: state.succeeded?.position ?? { seq: 0, row: 0 },
    at_ms: endedMs,
  };
  const record = buildRecord({ rule: UNREPORTED, detection }, state, context.policy, context.nowMs, {
    disposition: 'recorded',
    about,
  });
  return { state: { ...rest, recorded: { ...state.recorded, [about]: 1 } }, effects: [{ kind: 'record', record }] };
}

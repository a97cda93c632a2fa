import type { AbortCommand } from '../contracts/abort-command.ts';
import type { RunState, VerdictState } from '../contracts/run-state.ts';
import { parseTime } from '../contracts/time.ts';
import type { Outcome } from './outcome.ts';
import { ENDED_BY_ITSELF, FIRST_OFFER_AGAIN_MS } from './reach-verdict.ts';

/** Whether a decision gives its run a verdict without a command, since the run had ended by itself. */
export function endsByItself(before: RunState, { state }: Outcome): boolean {
  return before.verdict === undefined && state.verdict?.record.reason === ENDED_BY_ITSELF;
}

/**
 * The verdict of a run that got its command already, by a decision that was lost before it was stored: the run has exited
 * since, so the decision that is made anew takes it for one that ended by itself. Pure.
 *
 * @param verdict what was decided anew
 * @param nowMs epoch milliseconds by the server's clock
 */
export function verdictOf(command: AbortCommand, verdict: VerdictState, nowMs: number): VerdictState {
  const { reason: _, ...record } = verdict.record;
  const { command_id, category } = command;
  return {
    ...verdict,
    disposition: 'aborted',
    category,
    record: { ...record, disposition: 'aborted', command_id, category },
    command_id,
    issued_ms: parseTime(command.issued_at) ?? verdict.issued_ms,
    expires_ms: parseTime(command.expires_at) ?? nowMs,
    next_offer_ms: nowMs + FIRST_OFFER_AGAIN_MS,
  };
}

/**
 * A command that is out stands: where a decision is made anew that gave it, what happened meanwhile does not take it back.
 *
 * @param given the verdict of the command
 */
export function standByCommand(outcome: Outcome, given: VerdictState): Outcome {
  const { state, effects } = outcome;
  if (state.verdict?.command_id !== undefined) return outcome;
  const { record_id } = given.record;
  const others = effects.filter((effect) => !(effect.kind === 'record' && effect.record.record_id === record_id));
  return {
    state: { ...state, suspicions: [], verdict: given },
    effects: [...others, { kind: 'record', record: given.record }],
  };
}

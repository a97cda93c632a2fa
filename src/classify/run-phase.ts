import type { RunPhase } from '../contracts/api/run-row.ts';
import type { RunState } from '../contracts/run-state.ts';

/** Where a run stands, in one word. Pure. */
export function phaseOf(state: RunState): RunPhase {
  const { verdict, exited, suspicions, stall, succeeded } = state;
  if (verdict?.disposition === 'aborted') return exited ? 'ended' : 'aborting';
  if (exited) {
    if (exited.code !== 0 && (exited.code !== null || exited.signal !== null)) return 'failed';
    return succeeded ? 'succeeded' : 'exited';
  }
  if (suspicions.length > 0) return 'suspected';
  if (stall?.warned_since_ms !== undefined) return 'silent';
  return succeeded ? 'succeeded' : 'running';
}

import type { RunEvent, RunStarted } from '../contracts/run-event.ts';
import type { RunState } from '../contracts/run-state.ts';
import { canonicalRuntime } from '../decode/canonical-runtime.ts';

/**
 * Applies what the run's host reports about the run. The host's own time is not used: its clock may be wrong.
 *
 * @param atMs when the event was stored, epoch milliseconds by the server's clock
 */
export function applyRunEvent(state: RunState, event: RunEvent, atMs: number): RunState {
  switch (event.type) {
    case 'heartbeat':
      return event.ending && !state.ending && !state.exited ? { ...state, ending: { at_ms: atMs } } : state;
    case 'started':
      if (isOver(state, atMs)) return { ...state, used_again_ms: state.used_again_ms ?? atMs };
      return {
        ...state,
        started_ms: atMs,
        ...(event.runtime === undefined ? {} : { runtime: canonicalRuntime(event.runtime) }),
        ...(event.format === undefined ? {} : { format: event.format }),
        ...(event.goes_on === undefined ? {} : { goes_on: event.goes_on }),
        ...(event.pid === undefined ? {} : { pid: event.pid }),
        ...(event.timeout_s === undefined ? {} : { timeout_s: event.timeout_s }),
        credential: startedWith(state, event),
      };
    case 'exited':
      if (isOfLaterUse(state, atMs)) return state;
      return { ...state, exited: { at_ms: atMs, code: event.code ?? null, signal: event.signal ?? null } };
  }
}

/**
 * Whether something was stored after another process was started under the id of a run that was over. A run is one process: it
 * belongs to no run, and what is known of the first stands.
 */
export function isOfLaterUse({ used_again_ms }: RunState, atMs: number): boolean {
  return used_again_ms !== undefined && atMs >= used_again_ms;
}

/** Whether the run had exited by then, or its host had said so in answer to a command. */
function isOver({ exited, verdict }: RunState, atMs: number): boolean {
  const acked = verdict?.acked;
  const ackedMs = acked?.outcome === 'terminated' || acked?.outcome === 'already_finished' ? acked.at_ms : undefined;
  const endedMs = exited?.at_ms ?? ackedMs;
  return endedMs !== undefined && atMs > endedMs;
}

function startedWith(state: RunState, event: RunStarted): RunState['credential'] {
  const said = {
    ...(event.subscription === undefined ? {} : { subscription: event.subscription }),
    ...(event.credential?.fingerprint === undefined ? {} : { fingerprint: event.credential.fingerprint }),
  };
  // The run's own events may have been read first, and they stand: a run that uses an API key of its own
  // does not use the subscription that it was started with.
  if (state.credential?.kind === 'api_key' && event.credential?.kind !== 'api_key') return state.credential;
  if (state.credential?.kind === 'oauth') return { ...said, ...state.credential };
  return { kind: event.credential?.kind ?? 'unknown', ...said };
}

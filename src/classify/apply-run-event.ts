import type { RunEvent, RunHeartbeat, RunStarted, ToldAgain } from '../contracts/run-event.ts';
import type { RunState } from '../contracts/run-state.ts';
import { canonicalRuntime } from '../decode/canonical-runtime.ts';

/**
 * Applies what the run's host reports about the run. The host's own time is not used: its clock may be wrong. The answer is the
 * same in whatever order reports are taken in, and however often: they count by when they were stored.
 *
 * @param atMs when the event was stored, epoch milliseconds by the server's clock
 */
export function applyRunEvent(state: RunState, event: RunEvent, atMs: number): RunState {
  switch (event.type) {
    case 'heartbeat': {
      const known = withToldAgain(state, event, atMs);
      return event.ending && !known.ending && !known.exited ? { ...known, ending: { at_ms: atMs } } : known;
    }
    case 'started':
      if (isOver(state, atMs)) return { ...state, used_again_ms: Math.min(state.used_again_ms ?? atMs, atMs) };
      return applyStart(state, event, atMs);
    case 'exited': {
      if (isOfLaterUse(state, atMs)) return state;
      const { started_ms: startedMs = atMs } = state;
      // What was started after it, and read before it, is another process under the run's id.
      const again = startedMs > atMs && { used_again_ms: startedMs };
      return { ...state, ...again, exited: { at_ms: atMs, code: event.code ?? null, signal: event.signal ?? null } };
    }
  }
}

/** With the start that a heartbeat tells again, where none is known. The two moments are of one clock, so the time between them holds. */
function withToldAgain(state: RunState, { started }: RunHeartbeat, atMs: number): RunState {
  if (!started || state.started_ms !== undefined || isOver(state, atMs)) return state;
  return applyStart(state, started, atMs - started.ago_ms);
}

function applyStart(state: RunState, event: RunStarted | ToldAgain, atMs: number): RunState {
  const runtime = event.runtime === undefined ? undefined : canonicalRuntime(event.runtime);
  const { format, goes_on, pid, timeout_s } = event;
  const said = { runtime, format, goes_on, pid, timeout_s };
  const { started_ms: startedMs = Number.NEGATIVE_INFINITY } = state;
  // One that was stored before the one that is known says only what that one did not.
  const isOpen = (name: string): boolean => startedMs < atMs || state[name as keyof typeof said] === undefined;
  const news = Object.entries(said).filter(([name, value]) => value !== undefined && isOpen(name));
  const credential = startedWith(state, event, startedMs >= atMs);
  const { start_lost: _, ...known } = state;
  return { ...known, started_ms: Math.max(startedMs, atMs), ...Object.fromEntries(news), credential };
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

/** What a start does not name it takes nothing from. @param isOlder a later start is known */
function startedWith(state: RunState, event: RunStarted | ToldAgain, isOlder: boolean): RunState['credential'] {
  const said = {
    ...(event.subscription === undefined ? {} : { subscription: event.subscription }),
    ...(event.credential?.fingerprint === undefined ? {} : { fingerprint: event.credential.fingerprint }),
  };
  const kind = event.credential?.kind ?? 'unknown';
  const { credential: known, started_ms: startedMs } = state;
  if (!known) return { kind, ...said };
  // The run's own events may have been read first, and they stand: a run that uses an API key of its own
  // does not use the subscription that it was started with.
  const isOwn = state.told_at !== undefined || startedMs === undefined;
  if (isOwn && known.kind === 'api_key' && kind !== 'api_key') return known;
  const isKindKnown = kind === 'unknown' || (known.kind !== 'unknown' && (isOwn || isOlder));
  const isCompleted = isOlder || (startedMs === undefined && known.kind !== 'unknown');
  return { ...(isCompleted ? { ...said, ...known } : { ...known, ...said }), kind: isKindKnown ? known.kind : kind };
}

import type { ProcessTreeReport } from '../../contracts/process-tree.ts';
import { formatTime } from '../../contracts/time.ts';
import type { SampledProcess } from './tree-sample.ts';

/** What a series of looks at an agent's process tree comes to. */
export interface TreeWatch {
  /** The model has given its first answer: what is started from now on is a tool, what lives already is a servant. */
  answered(atMs: number): void;
  /** Takes in one look, epoch milliseconds. Looks come at even distances. */
  take(processes: readonly SampledProcess[], atMs: number): void;
  /** What is known by now; undefined before the first look. */
  report(atMs: number): ProcessTreeReport | undefined;
}

/** In so many looks in a row a process is there, or the processor busy, before that counts: `git` and `ps` come and go. */
const LOOKS = 3;

/** Processor time in a second of which it is work or spinning, in milliseconds. Idle clients were seen at 1 to 52. */
const BUSY_MS_A_SECOND = 100;

/**
 * How old a process is at the first answer that was not started by it, in milliseconds. What an answer has started may be
 * there before the answer has been read.
 */
const OLDER_THAN_ANSWER_MS = 1_000;

/** The longest that a tool server's call is believed, in milliseconds: a call that was called off is never answered. */
const LONGEST_CALL_MS = 30 * 60_000;

interface Known {
  readonly isServant: boolean;
  /** In how many looks in a row it has been there. */
  looks: number;
  pipes: SampledProcess['pipes'];
  /** Since when it has read without writing. */
  callSinceMs: number | undefined;
}

/** Pure but for what it remembers: the same looks always give the same report. */
export function createTreeWatch(): TreeWatch {
  let known = new Map<string, Known>();
  let answeredMs: number | undefined;
  let activeMs: number | undefined;
  let busyLooks = 0;
  let last: { readonly atMs: number; readonly processes: readonly SampledProcess[] } | undefined;

  function meet(one: SampledProcess, isRoot: boolean): Known {
    const isOld = answeredMs === undefined || (one.startedMs ?? answeredMs) < answeredMs - OLDER_THAN_ANSWER_MS;
    return { isServant: isRoot || isOld, looks: 0, pipes: one.pipes, callSinceMs: undefined };
  }

  /** A call is open while a tool server has read since it last wrote. */
  function followCall(one: Known, pipes: SampledProcess['pipes'], atMs: number): void {
    const before = one.pipes;
    one.pipes = pipes;
    if (!before || !pipes) return;
    if (pipes.written > before.written) one.callSinceMs = undefined;
    else if (pipes.read > before.read) one.callSinceMs ??= atMs;
  }

  return {
    answered(atMs) {
      answeredMs ??= atMs;
    },
    take(processes, atMs) {
      const next = new Map<string, Known>();
      for (const [at, one] of processes.entries()) {
        const key = `${one.pid} ${one.start}`;
        const entry = known.get(key) ?? meet(one, at === 0);
        entry.looks += 1;
        followCall(entry, one.pipes, atMs);
        next.set(key, entry);
      }
      known = next;
      if (last && atMs > last.atMs) {
        const rate = ((cpuOf(processes) - cpuOf(last.processes)) * 1_000) / (atMs - last.atMs);
        busyLooks = rate >= BUSY_MS_A_SECOND ? busyLooks + 1 : 0;
      }
      last = { atMs, processes };
      const entries = [...known.values()];
      const isTool = entries.some(({ isServant, looks }) => !isServant && looks >= LOOKS);
      const isCall = entries.some(({ isServant, callSinceMs }) => {
        return isServant && callSinceMs !== undefined && atMs - callSinceMs < LONGEST_CALL_MS;
      });
      if (activeMs === undefined || isTool || isCall || busyLooks >= LOOKS) activeMs = atMs;
    },
    report(atMs) {
      if (!last || activeMs === undefined) return undefined;
      const starts = last.processes.flatMap(({ startedMs }) => startedMs ?? []);
      return {
        processes: last.processes.length,
        ...(starts.length > 0 && { newest_started_at: formatTime(Math.round(Math.max(...starts))) }),
        cpu_ms: cpuOf(last.processes),
        tools: [...known.values()].filter(({ isServant }) => !isServant).length,
        idle_ms: Math.max(0, atMs - activeMs),
      };
    },
  };
}

function cpuOf(processes: readonly SampledProcess[]): number {
  return processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

import type { ProcessTreeReport } from '../../contracts/process-tree.ts';
import type { StreamName } from '../../contracts/run.ts';
import { formatTime } from '../../contracts/time.ts';
import type { SampledProcess } from './tree-sample.ts';

/** What a series of looks at an agent's process tree comes to. */
export interface TreeWatch {
  /**
   * The model has given its first answer, at this moment or later, epoch milliseconds: what is started from then on is a
   * tool, what lives already is a servant.
   */
  answered(noSoonerMs: number): void;
  /** Takes in one look, epoch milliseconds. */
  take(processes: readonly SampledProcess[], atMs: number): void;
  /** Takes in a look between two of those: it counts for {@link othersMs} alone. */
  glance(processes: readonly SampledProcess[], atMs: number): void;
  /** Takes in {@link SampledProcess.ended} of the agent itself, for {@link othersMs} alone. */
  hear(ended: number | undefined, atMs: number): void;
  /**
   * When somebody else than the agent was last there whose words may come on this stream, epoch milliseconds; one look is
   * enough: a process that has the stream itself and has written anything, or worked, since the look before, a child that is no servant, or one that was found to have ended. Infinite
   * from the first child on that comes after the agent's start: the model reads what that has said, and may repeat it at any time.
   * Where the system does not tell of ended children, one may have been there.
   */
  othersMs(stream: StreamName): number;
  /** What is known by now; undefined before the first look. */
  report(atMs: number): ProcessTreeReport | undefined;
}

/**
 * In so many looks in a row a tool is there, or the processor busy, before that counts: `git` and `ps` come and go. It need not be the
 * same one: a script that waits in a loop of `sleep 1` is at work.
 */
const LOOKS = 3;

/** Processor time in a second of which it is work or spinning, in milliseconds. Idle clients were seen at 1 to 52. */
const BUSY_MS_A_SECOND = 100;

/**
 * Looks that come further apart than so many of their distances show nothing of the time between them: a tool may have
 * come and gone. The tree counts as at work in a gap, so that a busy machine makes the tap wait and never end a run.
 */
const GAP_LOOKS = 5;

/**
 * A process that was started after the first answer and has used less than this share of a processor for this long is no tool at work, but
 * was left behind: a server in the background, or one that the client starts when it first needs it. In milliseconds; as long as a
 * call may be open in the shipped packs, and clients end silent tools after minutes.
 */
const LEFT_BEHIND_MS = 2 * 60 * 60_000;
const LEFT_BEHIND_SHARE = 0.01;

/**
 * What plain text is printed of an agent may come long after its model's first answer, with the tools between. So beside
 * plain text only what was started this soon after the agent is taken for a servant, in milliseconds: a model has not answered
 * by then.
 */
const START_MS = 2_000;

/** For how long clients run `git` and the like for themselves when they start, in milliseconds after the agent's start. */
const OWN_CHILDREN_MS = 5_000;

/** The longest that a tool server's call is believed, in milliseconds: a call that was called off is never answered. */
const LONGEST_CALL_MS = 30 * 60_000;

/**
 * The least that a tool's call takes, in bytes: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}`.
 * `{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}` with its line feed has 67, and no server answers it.
 */
const SHORTEST_CALL_BYTES = 68;

interface Known {
  readonly isRoot: boolean;
  readonly isAgent: boolean;
  /** When it was started, or first seen where the system does not tell that, epoch milliseconds. */
  readonly sinceMs: number;
  ended: number;
  /** In how many looks in a row it has been there. */
  looks: number;
  /** What it had written, and used of the processor, when it was last seen to have done either, and when that was. */
  still: { readonly written: number | undefined; readonly cpuMs: number; readonly sinceMs: number };
  pipes: SampledProcess['pipes'];
  /** How much it had read by the look in which it was last seen to have written, in bytes. */
  answeredRead: number;
  /** Since when it has read a call's worth without writing. */
  callSinceMs: number | undefined;
  /** From when on its work is reckoned, and how much it had done by then. */
  mark: { readonly atMs: number; readonly cpuMs: number };
  isLeftBehind: boolean;
}

/**
 * Pure but for what it remembers: the same looks always give the same report.
 *
 * @param everyMs the distance at which looks are meant to come, in milliseconds
 * @param showsAnswer whether the output shows the model's first answer when it is given: structured output does, plain text
 *   may be printed when all is done
 */
export function createTreeWatch(everyMs: number, showsAnswer: () => boolean = () => true): TreeWatch {
  let known = new Map<string, Known>();
  let answeredMs: number | undefined;
  let begunMs: number | undefined;
  let activeMs: number | undefined;
  let busyLooks = 0;
  let toolLooks = 0;
  let childMs = Number.NEGATIVE_INFINITY;
  const heldMs = { stdout: Number.NEGATIVE_INFINITY, stderr: Number.NEGATIVE_INFINITY };
  let last: { readonly atMs: number; readonly processes: readonly SampledProcess[] } | undefined;

  function meet(one: SampledProcess, isRoot: boolean, atMs: number): Known {
    const { startedMs = atMs, pipes, cpuMs, written, isAgent = false } = one;
    if (isRoot) begunMs ??= startedMs;
    return {
      isRoot,
      isAgent,
      sinceMs: startedMs,
      ended: 0,
      looks: 0,
      still: { written, cpuMs, sinceMs: atMs },
      pipes,
      answeredRead: pipes?.read ?? 0,
      callSinceMs: undefined,
      mark: { atMs, cpuMs },
      isLeftBehind: false,
    };
  }

  /** Asked at each look anew: an answer may be read after what it has started was seen. */
  function isServant({ isRoot, isAgent, sinceMs }: Known): boolean {
    if (isRoot) return true;
    if (answeredMs !== undefined && sinceMs >= answeredMs) return false;
    return showsAnswer() || isAgent || sinceMs <= (begunMs ?? 0) + Math.max(START_MS, everyMs);
  }

  /** A call is open while a tool server has read since it last wrote. */
  function followCall(one: Known, pipes: SampledProcess['pipes'], atMs: number): void {
    const before = one.pipes;
    one.pipes = pipes;
    if (!before) one.answeredRead = pipes?.read ?? 0;
    if (!before || !pipes) return;
    if (pipes.written > before.written) {
      one.callSinceMs = undefined;
      one.answeredRead = pipes.read;
    } else if (pipes.read - one.answeredRead >= SHORTEST_CALL_BYTES) one.callSinceMs ??= atMs;
  }

  /** A tool is left behind once it has done next to nothing for long, and is one again when it has worked. */
  function followWork(one: Known, cpuMs: number, atMs: number): void {
    const hasWorked = cpuMs - one.mark.cpuMs >= LEFT_BEHIND_MS * LEFT_BEHIND_SHARE;
    if (!hasWorked && atMs - one.mark.atMs < LEFT_BEHIND_MS) return;
    one.isLeftBehind = !hasWorked;
    one.mark = { atMs, cpuMs };
  }

  /** @param isOfAgent whether the agent itself may have started it */
  function meetChild(isOfAgent: boolean, atMs: number): void {
    const isTool = isOfAgent && atMs > (begunMs ?? 0) + OWN_CHILDREN_MS;
    childMs = Math.max(childMs, isTool ? Number.POSITIVE_INFINITY : atMs);
  }

  function followEnds(one: Known, ended: number | undefined, atMs: number): void {
    if (ended !== one.ended) meetChild(one.isRoot || one.isAgent, atMs);
    one.ended = ended ?? one.ended;
  }

  /** Since when a process has neither written nor used the processor, as far as was looked; where that is not known, since now. */
  function stillSince(one: Known, { written, cpuMs }: SampledProcess, atMs: number): number {
    const { still } = one;
    const isStill = written !== undefined && written === still.written && cpuMs === still.cpuMs;
    if (!isStill) one.still = { written, cpuMs, sinceMs: atMs };
    return one.still.sinceMs;
  }

  function followOthers(one: Known, sampled: SampledProcess, atMs: number): void {
    followEnds(one, sampled.ended, atMs);
    if (!isServant(one)) meetChild(true, atMs);
    const sinceMs = stillSince(one, sampled, atMs);
    for (const stream of sampled.prints ?? []) heldMs[stream] = Math.max(heldMs[stream], sinceMs);
  }

  const isTool = (one: Known): boolean => !isServant(one) && !one.isLeftBehind;

  return {
    answered(noSoonerMs) {
      answeredMs ??= noSoonerMs;
    },
    take(processes, atMs) {
      const apartMs = last ? atMs - last.atMs : Number.POSITIVE_INFINITY;
      const isGap = apartMs <= 0 || apartMs > GAP_LOOKS * everyMs;
      const next = new Map<string, Known>();
      for (const [at, one] of processes.entries()) {
        const key = `${one.pid} ${one.start}`;
        const entry = known.get(key) ?? meet(one, at === 0, atMs);
        entry.looks += 1;
        followCall(entry, one.pipes, atMs);
        followOthers(entry, one, atMs);
        // What it did while nobody looked is not known.
        if (isGap) entry.mark = { atMs, cpuMs: one.cpuMs };
        else followWork(entry, one.cpuMs, atMs);
        next.set(key, entry);
      }
      known = next;
      busyLooks = isBusy(processes, last?.processes ?? [], apartMs) ? busyLooks + 1 : 0;
      last = { atMs, processes };
      const entries = [...known.values()];
      const tools = entries.filter(isTool);
      toolLooks = tools.length > 0 ? toolLooks + 1 : 0;
      // One that was there before the answer was read has been looked at already.
      const isAtWork = toolLooks >= LOOKS || tools.some(({ looks }) => looks >= LOOKS);
      const isCall = entries.some((one) => {
        return !isTool(one) && one.callSinceMs !== undefined && atMs - one.callSinceMs < LONGEST_CALL_MS;
      });
      // What does not run can't speak.
      const isStopped = processes.some((one) => one.isStopped);
      if (isGap || isAtWork || isCall || isStopped || busyLooks >= LOOKS) activeMs = atMs;
    },
    glance(processes, atMs) {
      for (const [at, one] of processes.entries()) {
        const entry = known.get(`${one.pid} ${one.start}`) ?? meet(one, at === 0, atMs);
        followOthers(entry, one, atMs);
      }
    },
    hear(ended, atMs) {
      for (const one of known.values()) if (one.isRoot) followEnds(one, ended, atMs);
    },
    othersMs: (stream) => Math.max(childMs, heldMs[stream]),
    report(atMs) {
      if (!last || activeMs === undefined) return undefined;
      const starts = last.processes.flatMap(({ startedMs }) => startedMs ?? []);
      return {
        processes: last.processes.length,
        ...(starts.length > 0 && { newest_started_at: formatTime(Math.round(Math.max(...starts))) }),
        cpu_ms: cpuOf(last.processes),
        tools: [...known.values()].filter(isTool).length,
        idle_ms: Math.max(0, atMs - activeMs),
      };
    },
  };
}

/** Whether a tree uses the processor, or would if it got one: on a busy machine hard work leaves little processor time. */
function isBusy(now: readonly SampledProcess[], before: readonly SampledProcess[], apartMs: number): boolean {
  const rate = ((cpuOf(now) - cpuOf(before)) * 1_000) / apartMs;
  return rate >= BUSY_MS_A_SECOND || now.some(({ isRunnable }) => isRunnable);
}

function cpuOf(processes: readonly SampledProcess[]): number {
  return processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

import type { ProcessTreeReport } from '../../contracts/process-tree.ts';
import type { StreamName } from '../../contracts/run.ts';
import { formatTime } from '../../contracts/time.ts';
import { followWork, type Work } from './left-behind.ts';
import { cpuOf, isBusy } from './processor-use.ts';
import { followToolCall, type ToolCall } from './tool-call.ts';
import type { SampledProcess } from './tree-sample.ts';

/** What a series of looks at an agent's process tree comes to. */
export interface TreeWatch {
  /**
   * The model has given its first answer, at this moment or later, epoch milliseconds: what is started from then on is a
   * tool, what lives already is a servant.
   *
   * @param atMs when that was read, epoch milliseconds
   */
  answered(noSoonerMs: number, atMs?: number): void;
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

/**
 * Looks that come further apart than so many of their distances show nothing of the time between them: a tool may have
 * come and gone. The tree counts as at work in a gap, so that a busy machine makes the tap wait and never end a run.
 */
const GAP_LOOKS = 5;

/**
 * What plain text is printed of an agent may come long after its model's first answer, with the tools between. So beside
 * plain text only what was started this soon after the agent is taken for a servant, in milliseconds: a model has not answered
 * by then.
 */
const START_MS = 2_000;

/** For how long clients run `git` and the like for themselves when they start, in milliseconds after the agent's start. */
const OWN_CHILDREN_MS = 5_000;

/** How long after the end of a child of its start the agent may print what that has said, in milliseconds. */
export const RELAYED_MS = 1_000;

interface Known {
  readonly isRoot: boolean;
  /** What it was in the last look: a shell becomes the agent, and what passed words on works on by itself. */
  role: Pick<SampledProcess, 'isAgent' | 'isOwnServer' | 'isNamed' | 'passesOn' | 'isDownstream'>;
  /** Whether it is the run's only agent below its shells, or stands below that. */
  isOnly: boolean;
  isOwn: boolean;
  hasPassedOn: boolean;
  /** When it was started, or first seen where the system does not tell that, epoch milliseconds. */
  readonly sinceMs: number;
  ended: number;
  /** In how many looks in a row it has been there. */
  looks: number;
  /** What it had written, and used of the processor, when it was last seen to have done either, and when that was. */
  still: { readonly written: number | undefined; readonly cpuMs: number; readonly sinceMs: number };
  readonly call: ToolCall;
  readonly work: Work;
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
  let readMs = Number.POSITIVE_INFINITY;
  let begunMs: number | undefined;
  /** When the run's only agent below its shells was started, or took the place of its shell, once it was seen. */
  let foundMs: number | undefined;
  let isFoundThere = false;
  let activeMs: number | undefined;
  let busyLooks = 0;
  let toolLooks = 0;
  let childMs = Number.NEGATIVE_INFINITY;
  let heldMs = { stdout: Number.NEGATIVE_INFINITY, stderr: Number.NEGATIVE_INFINITY };
  let last: { readonly atMs: number; readonly processes: readonly SampledProcess[] } | undefined;

  function meet(one: SampledProcess, isRoot: boolean, atMs: number): Known {
    const { startedMs = atMs, pipes, cpuMs, written } = one;
    if (isRoot) begunMs ??= startedMs;
    return {
      isRoot,
      role: {},
      isOnly: false,
      isOwn: false,
      hasPassedOn: false,
      sinceMs: startedMs,
      ended: 0,
      looks: 0,
      still: { written, cpuMs, sinceMs: atMs },
      call: followToolCall(pipes),
      work: followWork(cpuMs, atMs),
    };
  }

  /** Whether the run's first process was a shell before, and has become the agent. */
  function isReplaced([root]: readonly SampledProcess[]): boolean {
    const before = root && known.get(`${root.pid} ${root.start}`);
    return root?.isNamed === true && before !== undefined && !before.role.isNamed;
  }

  /** Each process with what is known of it, and with its place in this look. */
  function recognise(processes: readonly SampledProcess[], atMs: number): [SampledProcess, Known][] {
    const found = processes.find(({ pid, under }) => under === pid);
    isFoundThere = found !== undefined;
    const isFirstSight = foundMs === undefined && (found !== undefined || isReplaced(processes));
    if (isFirstSight) {
      foundMs = found?.startedMs ?? atMs;
      // What a shell has had done before its agent was there, that has not heard: whoever is gone has printed by now.
      const goneMs = atMs - RELAYED_MS;
      childMs = Math.min(childMs, goneMs);
      heldMs = { stdout: Math.min(heldMs.stdout, goneMs), stderr: Math.min(heldMs.stderr, goneMs) };
    }
    return processes.map((one, at) => {
      const entry = known.get(`${one.pid} ${one.start}`) ?? meet(one, at === 0, atMs);
      if (isFirstSight && at === 0) entry.ended = one.ended ?? entry.ended;
      entry.role = one;
      entry.isOnly ||= one.under === one.pid;
      entry.isOwn ||= one.under !== undefined;
      entry.hasPassedOn ||= one.passesOn === true;
      return [one, entry];
    });
  }

  /** Asked at each look anew: an answer may be read after what it has started was seen. */
  function isServant({ isRoot, isOnly, isOwn, hasPassedOn, role, sinceMs }: Known): boolean {
    if (isRoot || isOnly) return true;
    // Whoever has passed words on to their end, and lives, makes something of them.
    if (hasPassedOn) return role.passesOn === true;
    const fromMs = (isOwn ? foundMs : begunMs) ?? 0;
    // The words of a shell before its agent are not that one's answer.
    const isEarly = isOwn && readMs < fromMs;
    // An agent that was there when the answer was read may have given it, however soon.
    const toolsFromMs = role.isAgent ? readMs : answeredMs;
    if (answeredMs !== undefined && toolsFromMs !== undefined && !isEarly && sinceMs >= toolsFromMs) return false;
    if ((showsAnswer() && !isEarly) || role.isAgent || role.isOwnServer) return true;
    return sinceMs <= fromMs + Math.max(START_MS, everyMs);
  }

  /** @param isOfAgent whether the agent itself may have started it */
  function meetChild(isOfAgent: boolean, atMs: number): void {
    const isTool = isOfAgent && atMs > (foundMs ?? begunMs ?? 0) + OWN_CHILDREN_MS;
    childMs = Math.max(childMs, isTool ? Number.POSITIVE_INFINITY : atMs);
  }

  function followEnds(one: Known, ended: number | undefined, atMs: number): void {
    const { isRoot, role } = one;
    // Of what passes words on it is not looked at: no model reads what its children say.
    if (ended !== one.ended && !role.passesOn && !role.isDownstream) {
      meetChild(isRoot ? !isFoundThere : role.isAgent === true, atMs);
    }
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
    if (!isServant(one) && !one.role.isDownstream) meetChild(true, atMs);
    const sinceMs = stillSince(one, sampled, atMs);
    for (const stream of sampled.prints ?? []) heldMs[stream] = Math.max(heldMs[stream], sinceMs);
  }

  const isTool = (one: Known): boolean => !isServant(one) && !one.work.isLeftBehind();

  return {
    answered(noSoonerMs, atMs = noSoonerMs) {
      if (answeredMs === undefined) readMs = atMs;
      answeredMs ??= noSoonerMs;
    },
    take(processes, atMs) {
      const apartMs = last ? atMs - last.atMs : Number.POSITIVE_INFINITY;
      const isGap = apartMs <= 0 || apartMs > GAP_LOOKS * everyMs;
      const next = new Map<string, Known>();
      for (const [one, entry] of recognise(processes, atMs)) {
        entry.looks += 1;
        entry.call.take(one.pipes, atMs);
        followOthers(entry, one, atMs);
        entry.work.take(one.cpuMs, atMs, isGap);
        next.set(`${one.pid} ${one.start}`, entry);
      }
      known = next;
      busyLooks = isBusy(processes, last?.processes ?? [], apartMs) ? busyLooks + 1 : 0;
      last = { atMs, processes };
      const entries = [...known.values()];
      const tools = entries.filter(isTool);
      toolLooks = tools.length > 0 ? toolLooks + 1 : 0;
      // One that was there before the answer was read has been looked at already.
      const isAtWork = toolLooks >= LOOKS || tools.some(({ looks }) => looks >= LOOKS);
      const isCall = entries.some((one) => !isTool(one) && one.call.isOpen(atMs));
      // What does not run can't speak.
      const isStopped = processes.some((one) => one.isStopped);
      if (isGap || isAtWork || isCall || isStopped || busyLooks >= LOOKS) activeMs = atMs;
    },
    glance(processes, atMs) {
      for (const [one, entry] of recognise(processes, atMs)) followOthers(entry, one, atMs);
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

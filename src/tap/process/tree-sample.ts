import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { StreamName } from '../../contracts/run.ts';
import { agentCommand } from './agent-command.ts';
import { parseProcStat, systemProcessTable } from './process-table.ts';
import { sharedStreams } from './shared-streams.ts';
import { createStrayFinder, type FindStrays, type RunMarks } from './stray-processes.ts';

/** One process of a tree at one moment. */
export interface SampledProcess {
  readonly pid: number;
  /** With the pid it names one process: a pid is used again, a pid with the same start is not. */
  readonly start: string;
  /** Epoch milliseconds; undefined where the system does not tell it well enough. */
  readonly startedMs?: number;
  /** Processor time of the process and of the children that it has waited for. */
  readonly cpuMs: number;
  /** Whether it runs, waits for a processor, or waits for a disk: it is at work, however little time it gets. */
  readonly isRunnable: boolean;
  /** Whether it was stopped, by a signal or a tracer. */
  readonly isStopped?: true;
  /** It is the agent, behind a wrapper or started once more. */
  readonly isAgent?: true;
  /** On which of the agent's streams it may print, of a process that is not the agent; left out where on none. */
  readonly prints?: readonly StreamName[];
  /** Bytes that such a process, and the children that it has waited for, have written so far; left out where the system does not tell. */
  readonly written?: number;
  /** Bytes read and written so far, of a process that has pipes of its own in place of the agent's output. */
  readonly pipes?: { readonly read: number; readonly written: number };
  /** Grows with each child that has ended and was waited for, however short it lived; undefined where the system does not tell. */
  readonly ended?: number;
}

/**
 * Looks at a process, its descendants and those that have left it, itself first; empty once it is gone. Zombies are left
 * out.
 */
export type SampleTree = (rootPid: number) => SampledProcess[];

/** How to look at a tree, and how often. */
export interface TreeSampler {
  readonly sample: SampleTree;
  readonly everyMs: number;
  /** {@link SampledProcess.ended} of one process now, at next to no cost. */
  readonly endedOf?: (pid: number) => number | undefined;
}

/**
 * How to look at a tree here, and how often that may be done: reading `/proc` takes about 2 ms for ten processes of
 * Node (most of it for their hundred threads), `ps` 50.
 *
 * @param marks by what processes are found that have left the tree; left out: they are not looked for
 */
export function systemTreeSampler(marks?: RunMarks): TreeSampler {
  const hasChildren = existsSync(`/proc/self/task/${process.pid}/children`);
  if (!hasChildren) return { sample: sampleTable, everyMs: 10_000 };
  return { sample: procSampler(marks), everyMs: 2_000, endedOf: (pid) => endedIn(textOf(`/proc/${pid}/stat`)) };
}

/** Linux gives times in ticks of 10 ms to programs on every architecture (USER_HZ, time(7)). */
const TICK_MS = 10;

/** From `/proc`, following children thread by thread (proc(5), `/proc/<pid>/task/<tid>/children`). */
function procSampler(marks: RunMarks | undefined): SampleTree {
  const findStrays = marks ? createStrayFinder(marks) : () => [];
  let kinds = new Map<string, Kind>();
  return (rootPid) => {
    const next = new Map<string, Kind>();
    const sampled = sampleProc(rootPid, findStrays, kinds, next);
    kinds = next;
    return sampled;
  };
}

/**
 * `server`: it has pipes of its own · `agent`: it speaks for the first process · `double`: it may, being the same program, or
 * may print for itself, as a fork or a script's hook.
 */
type Kind = 'server' | 'agent' | 'double' | 'other';

/**
 * @param kinds what the processes are that were looked at before: that is found out once
 * @param next takes what these are
 */
function sampleProc(
  rootPid: number,
  findStrays: FindStrays,
  kinds: ReadonlyMap<string, Kind>,
  next: Map<string, Kind>,
): SampledProcess[] {
  const bootMs = Date.now() - Number(textOf('/proc/uptime')?.split(' ')[0] ?? 0) * 1_000;
  const rootStat = textOf(`/proc/${rootPid}/stat`) ?? '';
  if (!parseProcStat(rootStat)) return [];
  const root = endsOf(rootPid, rootStat);
  const seen = new Map<number, SampledProcess>();
  const parents = new Map<number, number>();
  const voices = new Set([rootPid]);
  const waiting = [...findStrays(rootPid), rootPid];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (seen.has(pid)) continue;
    const stat = textOf(`/proc/${pid}/stat`);
    const entry = stat === undefined ? undefined : parseProcStat(stat);
    if (!entry || stat === undefined) continue;
    const { start, isRunnable, isStopped, parent } = entry;
    // Between fork and exec a child looks like its parent: the name changes with the program.
    const key = `${start} ${stat.slice(0, stat.lastIndexOf(')'))}`;
    const kind = kinds.get(key) ?? (pid === rootPid ? 'agent' : kindOf(endsOf(pid, stat), root));
    next.set(key, kind);
    const pipes = kind === 'server' ? pipesOf(pid) : undefined;
    const startedMs = bootMs + Number(start) * TICK_MS;
    const ended = endedIn(stat);
    const more = {
      ...(isStopped && { isStopped }),
      ...((kind === 'agent' || kind === 'double') && { isAgent: true as const }),
      ...(pipes && { pipes }),
      ...(ended !== undefined && { ended }),
    };
    seen.set(pid, { pid, start, startedMs, cpuMs: cpuOf(stat), isRunnable, ...more });
    parents.set(pid, parent);
    // A shell or launcher between the first process and the agent waits for it, and is no other voice.
    let voice = kind === 'agent' ? pid : rootPid;
    for (; parents.has(voice) && !voices.has(voice); voice = parents.get(voice) as number) voices.add(voice);
    waiting.push(...childrenOf(pid));
  }
  return [...seen.values()].map((one) => {
    const prints = voices.has(one.pid) ? [] : sharedStreams(one.pid, rootPid);
    if (prints.length === 0) return one;
    const { written } = one.pipes ?? pipesOf(one.pid) ?? {};
    return { ...one, prints, ...(written !== undefined && { written }) };
  });
}

function childrenOf(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // Gone meanwhile.
  }
  return threads.flatMap((thread) =>
    (textOf(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

/** cminflt of `/proc/<pid>/stat`, field 11: page faults of the children that were waited for. None ends without having made one. */
function endedIn(stat: string | undefined): number | undefined {
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[8]);
}

/** utime, stime, cutime and cstime of `/proc/<pid>/stat`: fields 14 to 17. */
function cpuOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

interface Ends {
  readonly pid: number;
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** Field 6 of `/proc/<pid>/stat`. */
  readonly session: string | undefined;
}

function endsOf(pid: number, stat: string): Ends {
  const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
  return { pid, input: linkOf(`/proc/${pid}/fd/0`), output: linkOf(`/proc/${pid}/fd/1`), session };
}

/**
 * What a process is by its input and output. One that has pipes or sockets of its own for both may be a tool server: so they
 * are started. One that has the agent's own, and is the same program or a known agent, is the agent.
 */
function kindOf(one: Ends, root: Ends): Kind {
  const { pid, input, output, session } = one;
  const isShared = input === root.input && output === root.output && session === root.session;
  if (isShared && output !== undefined) {
    if (startsAgent(pid)) return 'agent';
    if (exeOf(pid) === exeOf(root.pid)) return 'double';
  }
  const isPiped = [input, output].every((end) => end !== undefined && /^(pipe|socket):/.test(end));
  return isPiped && output !== root.output ? 'server' : 'other';
}

const exeOf = (pid: number) => linkOf(`/proc/${pid}/exe`);

function startsAgent(pid: number): boolean {
  const words = textOf(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
  return agentCommand(words) !== undefined;
}

/** What a process has read and written so far (proc(5), `/proc/<pid>/io`). */
function pipesOf(pid: number): SampledProcess['pipes'] {
  const io = textOf(`/proc/${pid}/io`) ?? '';
  const [read, written] = [/^rchar: (\d+)/m, /^wchar: (\d+)/m].map((field) => field.exec(io)?.[1]);
  return read !== undefined && written !== undefined ? { read: Number(read), written: Number(written) } : undefined;
}

/** From the whole table of processes, as `ps` gives it (macOS, BSD): no input and output, no exact start. */
function sampleTable(rootPid: number): SampledProcess[] {
  const entries = systemProcessTable().list();
  const members = new Set(
    entries.filter(({ pid, group }) => pid === rootPid || group === rootPid).map(({ pid }) => pid),
  );
  if (!members.has(rootPid)) return [];
  for (let before = 0; before !== members.size; ) {
    before = members.size;
    for (const { pid, parent } of entries) if (members.has(parent)) members.add(pid);
  }
  return entries
    .filter(({ pid }) => members.has(pid))
    .map(({ pid, start, cpuMs = 0, isRunnable, isStopped }) => {
      return { pid, start, cpuMs, isRunnable, ...(isStopped && { isStopped }) };
    })
    .sort((a, b) => Number(b.pid === rootPid) - Number(a.pid === rootPid));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // Gone meanwhile, or another user's.
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

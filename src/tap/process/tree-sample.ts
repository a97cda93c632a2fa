import { existsSync, readdirSync } from 'node:fs';
import type { StreamName } from '../../contracts/run.ts';
import { BOOT_MS } from '../steady-time.ts';
import { type Arrival, createArrival } from './agent-arrival.ts';
import { type AgentPipeline, createPipelineFinder, isAgent, type Standing } from './agent-pipeline.ts';
import { createOwnServerFinder } from './own-server.ts';
import { textOf } from './proc-files.ts';
import { endsOf, type Kind, kindOf, pipesOf } from './process-kinds.ts';
import { parseProcStat, systemProcessTable } from './process-table.ts';
import { sharedStreams } from './shared-streams.ts';
import { createStrayFinder, type FindStrays, type RunMarks } from './stray-processes.ts';

/** One process of a tree at one moment. */
export interface SampledProcess {
  readonly pid: number;
  /** With the pid it names one process: a pid is used again, a pid with the same start is not. */
  readonly start: string;
  /** Epoch milliseconds by the tap's steady clock; undefined where the system does not tell it well enough. */
  readonly startedMs?: number;
  /** Processor time of the process and of the children that it has waited for. */
  readonly cpuMs: number;
  /** Whether it runs, waits for a processor, or waits for a disk: it is at work, however little time it gets. */
  readonly isRunnable: boolean;
  /** Whether it was stopped, by a signal or a tracer. */
  readonly isStopped?: true;
  /** It is the agent, behind a wrapper or started once more. */
  readonly isAgent?: true;
  /** It is a server that the agent keeps of its own program: what it does for the agent shows as processor time, or as processes of its own. */
  readonly isOwnServer?: true;
  /** It runs a known agent's program, and is the run's first process or stands alone below its shells. */
  readonly isNamed?: true;
  /** The process id of the only agent that was seen below the shells that the run begins with: of itself, and of what stands below it. */
  readonly under?: number;
  /** It passes the agent's output on, as `tee` does behind a pipe: what it prints is the agent's. */
  readonly passesOn?: true;
  /** Such a process has started it: no agent reads what it says. */
  readonly isDownstream?: true;
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
  /** Whether an agent is among them; left out where the system does not tell. */
  readonly arrival?: Arrival;
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
  return {
    sample: procSampler(marks),
    everyMs: 2_000,
    arrival: createArrival(),
    endedOf: (pid) => endedIn(textOf(`/proc/${pid}/stat`)),
  };
}

/** Linux gives times in ticks of 10 ms to programs on every architecture (USER_HZ, time(7)). */
const TICK_MS = 10;

/** From `/proc`, following children thread by thread (proc(5), `/proc/<pid>/task/<tid>/children`). */
function procSampler(marks: RunMarks | undefined): SampleTree {
  const findStrays = marks ? createStrayFinder(marks) : () => [];
  const findPipeline = createPipelineFinder();
  const isOwnServer = createOwnServerFinder();
  /** What the processes are that were looked at before: that is found out once. */
  let kinds = new Map<string, Kind>();
  return (rootPid) => {
    const rows = rowsOf(rootPid, findStrays);
    const [root] = rows;
    if (!root) return [];
    const next = new Map<string, Kind>();
    const sampled = sampleRows(rows, findPipeline(rootPid, rows), (row, agent) => {
      // Between fork and exec a child looks like its parent: the name changes with the program.
      const key = `${row.start} ${row.stat.slice(0, row.stat.lastIndexOf(')'))} ${agent.pid}`;
      const kind = kinds.get(key) ?? kindOf(endsOf(row.pid, row.stat), endsOf(agent.pid, agent.stat));
      next.set(key, kind);
      return kind === 'other' && isOwnServer(row) ? 'own server' : kind;
    });
    kinds = next;
    return sampled;
  };
}

interface Row extends Standing, Pick<SampledProcess, 'isRunnable' | 'isStopped'> {
  /** Its `/proc/<pid>/stat`. */
  readonly stat: string;
}

/** The processes of a run, parents before their children, the first one first; none once that is gone. */
function rowsOf(rootPid: number, findStrays: FindStrays): Row[] {
  const rows = new Map<number, Row>();
  if (!parseProcStat(textOf(`/proc/${rootPid}/stat`) ?? '')) return [];
  const waiting = [...findStrays(rootPid), rootPid];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (rows.has(pid)) continue;
    const stat = textOf(`/proc/${pid}/stat`);
    const entry = stat === undefined ? undefined : parseProcStat(stat);
    if (!entry || stat === undefined) {
      if (pid === rootPid) return [];
      continue;
    }
    const { start, isRunnable, isStopped, parent } = entry;
    const startedMs = BOOT_MS + Number(start) * TICK_MS;
    rows.set(pid, { pid, parent, start, startedMs, isRunnable, ...(isStopped && { isStopped }), stat });
    waiting.push(...childrenOf(pid));
  }
  return [...rows.values()];
}

/** @param kindIn what a process is, seen from the agent below which it stands */
function sampleRows(
  rows: readonly Row[],
  pipeline: AgentPipeline | undefined,
  kindIn: (row: Row, agent: Row) => Kind | 'own server',
): SampledProcess[] {
  const root = rows[0] as Row;
  const { agentPid, relays, pipes: between } = pipeline ?? NO_PIPELINE;
  const agent = rows.find(({ pid }) => pid === agentPid);
  const named = agent ?? (isAgent(root.pid) ? root : undefined);
  const parents = new Map<number, number>();
  const under = new Set<number>();
  const downstream = new Set<number>();
  const voices = new Set([root.pid, ...relays]);
  const seen = rows.map((row) => {
    const { pid, parent, stat, ...rest } = row;
    if (pid === agentPid || under.has(parent)) under.add(pid);
    if (relays.has(parent) || downstream.has(parent)) downstream.add(pid);
    const isRelay = relays.has(pid);
    const isKnown = row === root || row === agent;
    const kind = isKnown ? 'agent' : isRelay ? 'other' : kindIn(row, agent && under.has(pid) ? agent : root);
    const pipes = kind === 'server' ? pipesOf(pid) : undefined;
    const ended = endedIn(stat);
    parents.set(pid, parent);
    // A shell or launcher between the first process and the agent waits for it, and is no other voice.
    let voice = kind === 'agent' ? pid : root.pid;
    for (; parents.has(voice) && !voices.has(voice); voice = parents.get(voice) as number) voices.add(voice);
    return {
      pid,
      ...rest,
      cpuMs: cpuOf(stat),
      ...((kind === 'agent' || kind === 'double') && { isAgent: true as const }),
      ...(kind === 'own server' && { isOwnServer: true as const }),
      ...(row === named && { isNamed: true as const }),
      ...(agentPid !== undefined && under.has(pid) && { under: agentPid }),
      ...(isRelay && { passesOn: true as const }),
      ...(downstream.has(pid) && !isRelay && { isDownstream: true as const }),
      ...(pipes && { pipes }),
      ...(ended !== undefined && { ended }),
    };
  });
  return seen.map((one) => {
    const prints = voices.has(one.pid) ? [] : sharedStreams(one.pid, root.pid, between);
    if (prints.length === 0) return one;
    const { written } = one.pipes ?? pipesOf(one.pid) ?? {};
    return { ...one, prints, ...(written !== undefined && { written }) };
  });
}

const NO_PIPELINE: AgentPipeline = { agentPid: undefined, relays: new Set(), pipes: new Set() };

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

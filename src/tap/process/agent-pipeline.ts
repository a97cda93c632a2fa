import { agentOf, startsShell } from '../command/agent-command.ts';
import { agentNamed } from '../command/known-agents.ts';
import { linkOf, wordsOf } from './proc-files.ts';

/** A process of the run, as far as its place in the tree goes. */
export interface Standing {
  readonly pid: number;
  readonly parent: number;
  readonly start: string;
  /** Epoch milliseconds. */
  readonly startedMs: number;
}

/** The agent that stands below the run's shells, such as `claude` of `bash -c 'claude -p x 2>&1 | tee log'`, and who passes its words on. */
export interface AgentPipeline {
  /** Undefined once it is gone. */
  readonly agentPid: number | undefined;
  /** Who reads a pipe of the agent's, and writes to the tap: what they print is the agent's. */
  readonly relays: ReadonlySet<number>;
  /** The pipes that lead from the agent to the tap, as `/proc/<pid>/fd` names them. */
  readonly pipes: ReadonlySet<string>;
}

/**
 * Finds the agent below the run's shells at each look: the only one that is there when one is first seen, for good. What the agent or
 * one of its tools starts is none, nor one whose output the system does not show, or shows not to reach the tap.
 *
 * @returns takes the processes of one look, parents before their children; gives undefined while there is no such agent
 */
export function createPipelineFinder(): (rootPid: number, all: readonly Standing[]) => AgentPipeline | undefined {
  let found: { readonly agent: Standing; pipes: ReadonlySet<string> } | 'several' | undefined;
  return (rootPid, all) => {
    if (found === 'several') return undefined;
    if (!found) {
      const agents = agentsBelowShells(rootPid, all);
      if (agents.length > 1) found = 'several';
      const [agent] = agents;
      if (!agent || agents.length > 1 || !reachesTap(agent.pid, rootPid, all)) return undefined;
      found = { agent, pipes: new Set() };
    }
    const { agent } = found;
    const isAlive = all.some(({ pid, start }) => pid === agent.pid && start === agent.start);
    if (isAlive) found.pipes = pipesOut(agent.pid, rootPid);
    const { relays, pipes } = relaysOf(found.pipes, agent, rootPid, all);
    return { agentPid: isAlive ? agent.pid : undefined, relays, pipes };
  };
}

/** The topmost known agents between which and the first process there are only shells. */
function agentsBelowShells(rootPid: number, all: readonly Standing[]): Standing[] {
  const shells = new Set(startsShell(wordsOf(rootPid)) ? [rootPid] : []);
  return all.filter(({ pid, parent }) => {
    if (!shells.has(parent)) return false;
    if (startsShell(wordsOf(pid))) shells.add(pid);
    return isAgent(pid);
  });
}

/** The known agent that a process runs; undefined for a shell around one, and a program that starts one with a line: `flock lock -c '…; claude'`. */
export function runtimeOf(pid: number): string | undefined {
  return agentOf(wordsOf(pid))?.agent.runtime;
}

/** Whether a process runs a known agent itself. */
export function isAgent(pid: number): boolean {
  return runtimeOf(pid) !== undefined;
}

/** The same, and whether it is a shell that runs a known agent's program, which is then a script, such as a wrapper around the real one. */
export function runsAgent(pid: number): boolean {
  if (isAgent(pid)) return true;
  const words = wordsOf(pid);
  const script = words.slice(1).find((word) => !word.startsWith('-'));
  return startsShell(words) && script !== undefined && !/\s/.test(script) && agentNamed(script) !== undefined;
}

/** Members of a pipeline are started together; what a loop in it starts for a line comes later. In milliseconds. */
const TOGETHER_MS = 2_000;

/** @param from the agent's pipes: those that nothing of the run writes to any more lead nowhere */
function relaysOf(from: ReadonlySet<string>, agent: Standing, rootPid: number, all: readonly Standing[]) {
  const isHeld = (pipe: string) => all.some(({ pid }) => outputsOf(pid).includes(pipe));
  const relays = new Set<number>();
  const pipes = new Set<string>();
  for (let next = [...from].filter(isHeld); next.length > 0; ) {
    for (const pipe of next) pipes.add(pipe);
    const readers = all.filter(({ pid, parent, startedMs }) => {
      const isTogether = Math.abs(startedMs - agent.startedMs) <= TOGETHER_MS;
      if (pid === rootPid || relays.has(pid) || relays.has(parent) || !isTogether) return false;
      return next.includes(inputOf(pid) ?? '') && reachesTap(pid, rootPid, all) && !isAgent(pid);
    });
    for (const { pid } of readers) relays.add(pid);
    next = readers.flatMap(({ pid }) => [...pipesOut(pid, rootPid)]).filter((pipe) => !pipes.has(pipe));
  }
  return { relays, pipes };
}

/** Whether a process's standard output leads to the tap, through whatever pipes. */
function reachesTap(pid: number, rootPid: number, all: readonly Standing[], passed: readonly string[] = []): boolean {
  const output = linkOf(`/proc/${pid}/fd/1`);
  if (output === undefined) return false;
  if (outputsOf(rootPid).includes(output)) return true;
  if (!isPipe(output) || passed.includes(output)) return false;
  return all.some((one) => inputOf(one.pid) === output && reachesTap(one.pid, rootPid, all, [...passed, output]));
}

const isPipe = (end: string) => end.startsWith('pipe:');
const inputOf = (pid: number) => linkOf(`/proc/${pid}/fd/0`);
const outputsOf = (pid: number) => [1, 2].flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? []);

/** The pipes that a process writes to before they reach the tap. */
function pipesOut(pid: number, rootPid: number): ReadonlySet<string> {
  const own = outputsOf(rootPid);
  return new Set(outputsOf(pid).filter((end) => isPipe(end) && !own.includes(end)));
}

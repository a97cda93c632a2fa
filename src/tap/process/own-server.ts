import { readdirSync } from 'node:fs';
import { runtimeOf, type Standing } from './agent-pipeline.ts';
import { linkOf, textOf } from './proc-files.ts';

/**
 * Finds the servers that an agent keeps of its own program, as Cline keeps its hub (`cline --cline-hub-daemon`, 3.0.65): the agent
 * itself has started them, in a session of their own, they can't speak to it through a pipe nor on its streams, and they wait
 * for connections. That tells them from tools, and from an agent that is run as a tool: it waits for nobody.
 *
 * @returns tells whether a process is such a server; one that was is asked about no more
 */
export function createOwnServerFinder(): (one: Standing & { readonly stat: string }) => boolean {
  const found = new Set<string>();
  return ({ pid, parent, start, stat }) => {
    const key = `${pid} ${start}`;
    if (!found.has(key) && isApart(pid, parent, stat) && isOfProgram(pid, parent) && listens(pid)) found.add(key);
    return found.has(key);
  };
}

/** It leads a session, and nobody of the run reads what it prints: that goes to a file, or nowhere. */
function isApart(pid: number, parent: number, stat: string): boolean {
  if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) !== pid) return false;
  const heard = endsOf(parent).filter((end) => end !== '/dev/null');
  return endsOf(pid).every((end) => !heard.includes(end) && !/^(pipe|socket):/.test(end));
}

/** Where standard input, output and error lead to; what is closed, or not shown, counts as a pipe. */
const endsOf = (pid: number) => [0, 1, 2].map((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? 'pipe:');

function isOfProgram(pid: number, parent: number): boolean {
  const runtime = runtimeOf(pid);
  return runtime !== undefined && runtime === runtimeOf(parent);
}

/** Whether a process waits for others to connect to it, over TCP or a local socket (proc(5), `/proc/<pid>/net`; Linux, `net/tcp_states.h`, `SO_ACCEPTCON`). */
function listens(pid: number): boolean {
  const own = socketsOf(pid);
  const has = (file: string, isListening: (fields: string[]) => boolean, inodeAt: number) =>
    (textOf(`/proc/${pid}/net/${file}`) ?? '').split('\n').some((row) => {
      const fields = row.trim().split(/\s+/);
      return isListening(fields) && own.has(fields[inodeAt] ?? '');
    });
  const isOpen = (fields: string[]) => fields[3] === '0A';
  return has('tcp', isOpen, 9) || has('tcp6', isOpen, 9) || has('unix', (fields) => fields[3] === '00010000', 6);
}

/** The inodes of a process's sockets. */
function socketsOf(pid: number): Set<string> {
  try {
    const ends = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
    return new Set(ends.flatMap((end) => /^socket:\[(\d+)\]$/.exec(end ?? '')?.[1] ?? []));
  } catch {
    return new Set(); // Gone meanwhile.
  }
}

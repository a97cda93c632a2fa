import { mayBeAgent } from '../command/agent-command.ts';
import { linkOf, textOf, wordsOf } from './proc-files.ts';

/**
 * `server`: it has pipes of its own · `agent`: it speaks for the agent · `double`: it may, being the same program, or may print
 * for itself, as a fork or a script's hook.
 */
export type Kind = 'server' | 'agent' | 'double' | 'other';

/** Where a process reads from and writes to. */
export interface Ends {
  readonly pid: number;
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** Field 6 of `/proc/<pid>/stat`. */
  readonly session: string | undefined;
}

/** @param stat its `/proc/<pid>/stat` */
export function endsOf(pid: number, stat: string): Ends {
  const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
  return { pid, input: linkOf(`/proc/${pid}/fd/0`), output: linkOf(`/proc/${pid}/fd/1`), session };
}

/**
 * What a process is by its input and output. One that has pipes or sockets of its own for both may be a tool server: so they
 * are started. One that has the agent's own, and is the same program or a known agent, is the agent.
 *
 * @param agent the agent below which it stands, or the run's first process
 */
export function kindOf(one: Ends, agent: Ends): Kind {
  const { pid, input, output, session } = one;
  const isShared = input === agent.input && output === agent.output && session === agent.session;
  if (isShared && output !== undefined) {
    if (mayBeAgent(wordsOf(pid))) return 'agent';
    if (exeOf(pid) === exeOf(agent.pid)) return 'double';
  }
  const isPiped = [input, output].every((end) => end !== undefined && /^(pipe|socket):/.test(end));
  return isPiped && output !== agent.output ? 'server' : 'other';
}

const exeOf = (pid: number) => linkOf(`/proc/${pid}/exe`);

/** What a process has read and written so far (proc(5), `/proc/<pid>/io`). */
export function pipesOf(pid: number): { readonly read: number; readonly written: number } | undefined {
  const io = textOf(`/proc/${pid}/io`) ?? '';
  const [read, written] = [/^rchar: (\d+)/m, /^wchar: (\d+)/m].map((field) => field.exec(io)?.[1]);
  return read !== undefined && written !== undefined ? { read: Number(read), written: Number(written) } : undefined;
}

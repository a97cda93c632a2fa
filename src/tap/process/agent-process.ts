import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { closeWriteEnds, openAgentPipes } from './agent-pipes.ts';

export interface AgentCommand {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
}

/** How an agent ended: one of the two is set. */
export interface AgentExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running agent. It leads a process group of its own. */
export interface AgentProcess {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the agent itself has ended; its descendants may live on and hold its pipes. */
  readonly exited: Promise<AgentExit>;
  /** What {@link exited} settled with, once it has. */
  readonly exit: AgentExit | undefined;
  /** Sends a signal to the agent's process group. Does nothing when the group is gone. */
  signal(signal: NodeJS.Signals): void;
}

/** The agent never ran. `exitCode` is what a shell would exit with: 127 not found, 126 found but not runnable. */
export interface AgentNotStarted {
  readonly exitCode: 126 | 127;
  readonly message: string;
}

/**
 * Starts an agent in a new process group, with this process's standard input.
 *
 * @param around calls what starts it, in surroundings of the run's own
 */
export async function startAgent(
  agent: AgentCommand,
  around: <T>(start: () => T) => T = (start) => start(),
): Promise<AgentProcess | AgentNotStarted> {
  const pipes = openAgentPipes(2);
  let child: ChildProcess;
  try {
    child = around(() =>
      spawn(agent.command, [...agent.args], {
        stdio: ['inherit', pipes?.[0]?.writeFd ?? 'pipe', pipes?.[1]?.writeFd ?? 'pipe'],
        detached: true,
        env: agent.env,
        ...(agent.cwd === undefined ? {} : { cwd: agent.cwd }),
      }),
    );
  } catch (error) {
    if (pipes) closeWriteEnds(pipes);
    return notStarted(agent.command, error as NodeJS.ErrnoException);
  }
  if (pipes) closeWriteEnds(pipes);
  let exit: AgentExit | undefined;
  const exited = new Promise<AgentExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    for (const pipe of pipes ?? []) pipe.reader.destroy();
    return notStarted(agent.command, error as NodeJS.ErrnoException);
  }
  child.on('error', () => undefined); // A signal that could not be sent; the group may be gone.
  const pid = child.pid as number;
  return {
    pid,
    stdout: pipes?.[0]?.reader ?? (child.stdout as Readable),
    stderr: pipes?.[1]?.reader ?? (child.stderr as Readable),
    exited,
    get exit() {
      return exit;
    },
    signal(signal) {
      try {
        process.kill(-pid, signal);
      } catch {
        // The group is gone: no process is left to signal.
      }
    },
  };
}

/** The exit code that stands for an agent's end, as shells have it: its own code, or 128 and the signal's number. */
export function exitCodeOf(exit: AgentExit): number {
  return exit.code ?? 128 + (exit.signal ? constants.signals[exit.signal] : 0);
}

/** Why an agent could not be started, in words. */
export function notStarted(command: string, error: NodeJS.ErrnoException): AgentNotStarted {
  if (error.code === 'ENOENT') {
    return {
      exitCode: 127,
      message: `can't start "${command}": no such command. Check its spelling and the PATH, or give its full path`,
    };
  }
  const isFolder = statSync(command, { throwIfNoEntry: false })?.isDirectory();
  const why: Record<string, string> = {
    EACCES: isFolder
      ? 'it is a folder. Name the program in it'
      : 'it may not be executed. Give it execute permission (chmod +x), or name its interpreter',
    ENOEXEC: 'it is no program, and has no #! line. Name its interpreter, e.g. sh SCRIPT',
    E2BIG: 'its arguments and environment are too long',
  };
  const reason = why[error.code ?? ''] ?? error.message;
  return { exitCode: 126, message: `can't start "${command}": ${reason}` };
}

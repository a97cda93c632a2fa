import { accessSync, constants as fsConstants, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type AgentCommand,
  type AgentExit,
  type AgentNotStarted,
  type AgentProcess,
  notStarted,
} from './agent-process.ts';
import type { Terminals } from './native-ptys.ts';
import { openTerminalEnds } from './terminal-output.ts';

/** Columns and rows of a terminal. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** An agent in a terminal of its own. All that it shows comes on `stdout`: a terminal has one way out. */
export interface AgentInTerminal extends AgentProcess {
  /** What a person types. */
  type(bytes: Buffer): void;
  resize(size: TerminalSize): void;
}

/**
 * Starts an agent in a terminal of its own. It leads its session, and so its process group.
 *
 * @param around calls what starts it, in surroundings of the run's own
 */
export function startInTerminal(
  { ptys, helper }: Terminals,
  agent: AgentCommand,
  { columns, rows }: TerminalSize,
  around: <T>(start: () => T) => T = (start) => start(),
): AgentInTerminal | AgentNotStarted {
  // The terminal starts whatever it is given and tells in it what went wrong, so it is looked at before.
  const obstacle = obstacleOf(agent);
  if (obstacle) return notStarted(agent.command, obstacle);
  const { command, args, cwd = process.cwd() } = agent;
  const env = Object.entries({ ...agent.env, TERM: agent.env.TERM ?? 'xterm-256color' }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  let exit: AgentExit | undefined;
  let settle: (exit: AgentExit) => void = () => undefined;
  const exited = new Promise<AgentExit>((resolve) => {
    settle = resolve;
  });
  const onExit = (code: number, number: number): void => {
    const signal = number ? nameOf(number) : undefined;
    exit = signal ? { code: null, signal } : { code, signal: null };
    // It led its session, so its end hangs the terminal up on whatever it has left behind.
    ends.end();
    settle(exit);
  };
  let pty: ReturnType<typeof ptys.fork>;
  try {
    pty = around(() => ptys.fork(command, args, env, cwd, columns, rows, -1, -1, false, helper, onExit));
  } catch (error) {
    return notStarted(command, error as NodeJS.ErrnoException);
  }
  const ends = openTerminalEnds(pty.fd);
  return {
    pid: pty.pid,
    stdout: ends.shown,
    stderr: Readable.from([]),
    exited,
    get exit() {
      return exit;
    },
    signal(signal) {
      try {
        process.kill(-pty.pid, signal);
      } catch {
        // The group is gone: no process is left to signal.
      }
    },
    type(bytes) {
      if (ends.isOpen) ends.write(bytes);
    },
    resize(size) {
      if (ends.isOpen) ptys.resize(pty.fd, size.columns, size.rows);
    },
  };
}

function nameOf(number: number): NodeJS.Signals | undefined {
  return (Object.entries(constants.signals) as [NodeJS.Signals, number][]).find(([, one]) => one === number)?.[0];
}

/** Why the command can't be started, as starting it would say; undefined where it can. */
function obstacleOf({ command, env, cwd = process.cwd() }: AgentCommand): NodeJS.ErrnoException | undefined {
  const places = command.includes('/')
    ? [join(command.startsWith('/') ? '' : cwd, command)]
    : (env.PATH ?? '/usr/bin:/bin').split(delimiter).map((folder) => join(folder || '.', command));
  const there = places.filter((place) => statSync(place, { throwIfNoEntry: false }));
  if (there.length === 0) return Object.assign(new Error('no such command'), { code: 'ENOENT' });
  return there.some(isProgram) ? undefined : Object.assign(new Error('not executable'), { code: 'EACCES' });
}

function isProgram(place: string): boolean {
  try {
    accessSync(place, fsConstants.X_OK);
    return statSync(place).isFile();
  } catch {
    return false;
  }
}

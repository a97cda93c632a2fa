import { accessSync, constants as fsConstants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import type { IPty } from '@lydell/node-pty';
import {
  type AgentCommand,
  type AgentExit,
  type AgentNotStarted,
  type AgentProcess,
  notStarted,
} from './agent-process.ts';

type Ptys = typeof import('@lydell/node-pty');

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

/** No package to make terminals with is installed, or none for this system. */
export class NoTerminalsError extends Error {
  readonly code = 'ENOPTY';

  constructor(cause: unknown) {
    super(
      '--pty needs the optional package @lydell/node-pty, which is not there or has no binary for this system. Install it beside knell (npm install --global @lydell/node-pty), or leave --pty out: the agent then gets pipes',
      { cause },
    );
    this.name = 'NoTerminalsError';
  }
}

/**
 * What makes terminals: node-pty, in the package that brings its binaries, so that nothing is compiled when knell is installed.
 *
 * @throws {NoTerminalsError}
 */
export function openTerminals(): Ptys {
  try {
    return createRequire(import.meta.url)('@lydell/node-pty') as Ptys;
  } catch (error) {
    throw new NoTerminalsError(error);
  }
}

/**
 * Starts an agent in a terminal of its own. It leads its session, and so its process group.
 *
 * @param around calls what starts it, in surroundings of the run's own
 */
export function startInTerminal(
  ptys: Ptys,
  agent: AgentCommand,
  { columns, rows }: TerminalSize,
  around: <T>(start: () => T) => T = (start) => start(),
): AgentInTerminal | AgentNotStarted {
  // The terminal starts whatever it is given and tells in it what went wrong, so it is looked at before.
  const obstacle = obstacleOf(agent);
  if (obstacle) return notStarted(agent.command, obstacle);
  let pty: IPty;
  try {
    pty = around(() =>
      ptys.spawn(agent.command, [...agent.args], {
        name: agent.env.TERM ?? 'xterm-256color',
        cols: columns,
        rows,
        env: agent.env,
        // Bytes, as they are.
        encoding: null,
        ...(agent.cwd === undefined ? {} : { cwd: agent.cwd }),
      }),
    );
  } catch (error) {
    return notStarted(agent.command, error as NodeJS.ErrnoException);
  }
  const stdout = new Readable({ read: () => pty.resume() });
  pty.onData((data) => {
    if (!stdout.destroyed && !stdout.push(data)) pty.pause();
  });
  let exit: AgentExit | undefined;
  const exited = new Promise<AgentExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      const name = signal ? nameOf(signal) : undefined;
      exit = name ? { code: null, signal: name } : { code: exitCode, signal: null };
      if (!stdout.destroyed) stdout.push(null);
      resolve(exit);
    });
  });
  return {
    pid: pty.pid,
    stdout,
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
      // Its types know text alone; it passes bytes on.
      if (exit === undefined) pty.write(bytes as unknown as string);
    },
    resize(size) {
      if (exit === undefined) pty.resize(size.columns, size.rows);
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

import { createRequire } from 'node:module';

/**
 * The native part of `@lydell/node-pty` 1.1.0, called as its own unixTerminal.js calls it. That file is left out: it takes a hang-up
 * for the end of the output and closes the terminal 200 ms after the program's exit, however much is still to be read.
 */
export interface NativePtys {
  /** Starts a program in a new terminal. Its end is told once it has been reaped, with the number of the signal or 0. */
  fork(
    file: string,
    args: readonly string[],
    /** `NAME=value` each. */
    env: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    /** -1 for this process's own. */
    user: number,
    group: number,
    isUtf8: boolean,
    /** The program that macOS starts others with. */
    helper: string,
    onExit: (code: number, signal: number) => void,
  ): { readonly fd: number; readonly pid: number };
  resize(fd: number, columns: number, rows: number): void;
}

/** What makes terminals. */
export interface Terminals {
  readonly ptys: NativePtys;
  readonly helper: string;
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
export function openTerminals(): Terminals {
  try {
    const require = createRequire(import.meta.url);
    // Resolved from there, as package managers that keep packages apart want it.
    const place = require.resolve('@lydell/node-pty/requireBinary.js');
    const { requireBinary } = require(place) as { requireBinary: (file: string) => unknown };
    const ptys = requireBinary('pty.node') as NativePtys;
    if (process.platform !== 'darwin') return { ptys, helper: '' };
    return { ptys, helper: createRequire(place).resolve(`@lydell/node-pty-darwin-${process.arch}/spawn-helper`) };
  } catch (error) {
    throw new NoTerminalsError(error);
  }
}

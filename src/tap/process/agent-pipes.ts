import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** One end to hand to the agent, one to read from. */
export interface AgentPipe {
  readonly writeFd: number;
  readonly reader: Readable;
}

/**
 * Makes real pipes for an agent's output. Node's own `stdio: 'pipe'` is a pair of sockets, and a program that opens
 * `/dev/stdout` or `/dev/stderr`, as shell scripts do, fails on a socket with ENXIO (Linux, open(2)). `undefined` where the
 * system has no `mkfifo` or no temporary folder: the caller then takes Node's.
 */
export function openAgentPipes(count: number): AgentPipe[] | undefined {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'knell-tap-'));
    const paths = Array.from({ length: count }, (_, index) => join(folder as string, `${index}`));
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    return paths.map((path) => {
      // The reading end first and without waiting: opening the writing end would block until there is a reader.
      const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const writeFd = openSync(path, constants.O_WRONLY);
      return { writeFd, reader: new Socket({ fd: readFd, readable: true, writable: false }) };
    });
  } catch {
    return undefined;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Closes this process's copies of the writing ends; without that the reader would never see the end. */
export function closeWriteEnds(pipes: readonly AgentPipe[]): void {
  for (const pipe of pipes) closeSync(pipe.writeFd);
}

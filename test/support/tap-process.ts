import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The `knell` program, as `npm test` builds it. */
export const KNELL = join(import.meta.dirname, '../../dist/main.cjs');

export interface TapProcess {
  readonly child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Settles when standard output contains this. */
  printed(text: string): Promise<void>;
  /** Exit code, or the name of the signal. */
  readonly exited: Promise<number | string>;
}

/** Starts `knell tap` as a process of its own. Its standard input is the agent's. */
export function startTap(args: readonly string[], env: NodeJS.ProcessEnv = {}): TapProcess {
  const { NATS_URL: _, ...own } = process.env;
  const child = spawn(process.execPath, [KNELL, 'tap', ...args], { env: { ...own, ...env } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return {
    child,
    stdout: () => out,
    stderr: () => err,
    async printed(text) {
      while (!out.includes(text)) await once(child.stdout, 'data');
    },
    exited: once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string),
  };
}

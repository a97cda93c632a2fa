import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KNELL = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'main.cjs');

export interface WorkerProcess {
  readonly pid: number;
  log(): string;
  /** What it holds of memory now (Linux). */
  rssBytes(): number;
  /** What it has taken of the processor so far (Linux, which counts in hundredths of a second). */
  cpuMs(): number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/**
 * A real `knell serve`, as an operator would start it; settles when it listens.
 *
 * @param program the built command line; left out: that of this repository
 */
export async function startWorkerProcess(
  natsUrl: string,
  rules: string,
  env: NodeJS.ProcessEnv = {},
  program = KNELL,
): Promise<WorkerProcess> {
  const child: ChildProcess = spawn(process.execPath, [program, 'serve', '--nats', natsUrl, '--rules', rules], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let log = '';
  // Not before all it has written was read: its last words count.
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-5_000_000);
      if (log.includes('knell is listening')) resolve();
    });
    void exited.then(() => reject(new Error(`knell serve ended:\n${log}`)));
  });
  return {
    pid: child.pid as number,
    log: () => log,
    rssBytes: () => 1_024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]),
    cpuMs() {
      // User and system time are the 14th and 15th field; the second, in brackets, may hold anything (proc_pid_stat(5)).
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return 10 * (Number(fields[11]) + Number(fields[12]));
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

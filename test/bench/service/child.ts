import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
/** The root of the project, seen from the compiled benchmark. */
export const ROOT = join(HERE, '..', '..', '..', '..', '..');

export interface Child {
  readonly pid: number;
  /** The next line of JSON that the child prints on stdout. */
  next<T>(): Promise<T>;
  /** Ends it and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** A benchmark part in a process of its own. It prints one JSON value a line. */
export function startPart(name: string, args: object): Child {
  return watch(spawn(process.execPath, [join(HERE, `${name}.js`), JSON.stringify(args)], { stdio: OUTPUT }));
}

const OUTPUT: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];

export interface KnellOptions {
  readonly natsUrl: string;
  readonly rules: string;
  readonly httpPort?: number;
  readonly nodeArgs?: readonly string[];
  /** Takes what it logs. */
  readonly onLog?: (text: string) => void;
}

/** A real `knell serve`, as built into `dist/`; settles when it listens. */
export async function startKnell({ natsUrl, rules, httpPort, nodeArgs = [], onLog }: KnellOptions): Promise<Child> {
  const http = httpPort === undefined ? [] : ['--http', `127.0.0.1:${httpPort}`];
  const main = process.env.KNELL_MAIN ?? join(ROOT, 'dist', 'main.cjs');
  const args = [...nodeArgs, main, 'serve', '--nats', natsUrl, '--rules', rules, ...http];
  const env = { ...process.env, KNELL_BUDGET_PER_MINUTE: '100000', KNELL_BUDGET_PER_HOUR: '100000' };
  const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'], env });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    process_.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (`${log.slice(-100)}${text}`.includes('knell is listening')) resolve();
      log = (log + text).slice(-4_000);
      onLog?.(text);
    });
    process_.once('exit', () => reject(new Error(`knell serve ended:\n${log}`)));
  });
  return watch(process_);
}

function watch(child: ChildProcess): Child {
  const lines = child.stdout ? createInterface({ input: child.stdout })[Symbol.asyncIterator]() : undefined;
  return {
    pid: child.pid as number,
    async next<T>() {
      const line = await lines?.next();
      if (!line || line.done) throw new Error('a part of the benchmark ended early');
      return JSON.parse(line.value) as T;
    },
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/** What a part was started with. */
export function partArguments<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Tells whoever started this part. */
export function tell(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

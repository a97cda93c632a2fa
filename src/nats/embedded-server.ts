import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdStore, openStore } from './server-store.ts';

export interface EmbeddedServerOptions {
  /** Where JetStream keeps its data. Left out: a temporary folder that is removed on stop. */
  storeDir?: string;
  /** Left out: any free port of the loopback interface. */
  port?: number;
  /** How long to wait for the server to listen, in milliseconds. */
  startTimeoutMs?: number;
  /** How long `stop` waits for a server that was told to end before it kills it, in milliseconds. */
  killAfterMs?: number;
  /** More arguments for `nats-server`, such as those that make it one of a cluster. */
  args?: readonly string[];
  /** Aborted when nobody wants the server any more. It is looked at while the server starts. */
  signal?: AbortSignal;
}

export interface EmbeddedServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the server process and its guard have ended, for whatever reason, with what the server said last. */
  readonly exited: Promise<string>;
  /**
   * Ends the server (SIGKILL when `kill`, and where it does not end), and removes its store unless `storeDir` was given.
   * Safe to call twice.
   */
  stop(how?: 'term' | 'kill'): Promise<void>;
}

/** A frozen server must not hold up its service: hosts kill what takes ten seconds, and stopping the service took up to four. */
const KILL_AFTER_MS = 4_000;

/**
 * Starts a private `nats-server` with JetStream on the loopback interface, from PATH.
 *
 * @throws {Error} with code `NATS_SERVER_MISSING` when there is no `nats-server` on PATH,
 *   `NATS_SERVER_FAILED` when it does not come up, or `USAGE` when `storeDir` can't be its own; the reason of `signal`
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const { startTimeoutMs = 60_000, killAfterMs = KILL_AFTER_MS } = options;
  if (options.storeDir !== undefined) await openStore(options.storeDir);
  options.signal?.throwIfAborted();
  const work = join(tmpdir(), `knell-nats-${randomBytes(8).toString('hex')}`);
  const storeDir = options.storeDir ?? join(work, 'store');
  const port = options.port ?? -1;
  const args = [
    '-a',
    '127.0.0.1',
    '-p',
    String(port),
    '-js',
    '-sd',
    storeDir,
    '--ports_file_dir',
    work,
    ...(options.args ?? []),
  ];
  const guard = spawn('/bin/sh', ['-c', GUARD, work, 'nats-server', ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl-C in a terminal goes to a whole group: the service stops first, and its server after it.
    detached: true,
    // Debian installs it in /usr/sbin, which is not on every user's PATH.
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` },
  });
  let log = '';
  guard.stdin.on('error', () => undefined);
  guard.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  const exited = new Promise<string>((resolve) => {
    // The server has the guard's standard error: it closes when both are gone.
    guard.once('close', () => resolve(log.trim().split('\n').at(-1) ?? ''));
    guard.once('error', ({ message }) => resolve(message));
  });
  const cleanUp = () => rm(work, { recursive: true, force: true });
  try {
    const { pid, port: bound } = await untilBound(guard, work, startTimeoutMs, () => log, options.signal);
    const url = `nats://127.0.0.1:${bound}`;
    if (options.storeDir !== undefined) await holdStore(storeDir, pid, url);
    return {
      url,
      port: bound,
      pid,
      exited,
      async stop(how = 'term') {
        const end = (signal: NodeJS.Signals): void => {
          // The guard lives for as long as the server is not reaped, and some milliseconds more, so that nobody else has its id.
          if (guard.exitCode !== null || guard.signalCode !== null) return;
          try {
            process.kill(pid, signal);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
          }
        };
        end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
        const kill = setTimeout(() => end('SIGKILL'), killAfterMs);
        await exited;
        clearTimeout(kill);
        await cleanUp();
      },
    };
  } catch (error) {
    guard.stdin.end();
    // While it lives it writes into its folder.
    await exited;
    await cleanUp();
    throw error;
  }
}

/**
 * Starts the server, and ends it when the process that wanted it dies, or lets go of it: nothing else would, and it would hold its port and
 * store. The server is started by its guard, and its folder made by it, so that there is no moment in which nobody guards them. The guard
 * waits at a pipe that only that process holds open. Ten seconds after it was told to end a server that is frozen is killed; its folder goes
 * with it, also where the guard's own shell is killed: what waits at the pipe is a process of its own.
 */
const GUARD = `exec 3<&0
mkdir -m 700 -- "$0" || exit 1
"$@" 3<&- & server=$!
trap '' INT TERM HUP PIPE
{
  read -r _ <&3; kill "$server"; tries=100
  while [ $tries -gt 0 ] && kill -0 "$server"; do sleep 0.1; tries=$((tries - 1)); done
  kill -9 "$server"
  rm -rf -- "$0"
} 2>/dev/null & pipe=$!
wait "$server"; code=$?
kill -9 "$pipe"
rm -rf -- "$0"
exit $code`;

/** Where the server listens that a guard has started, and as which process it runs. */
interface Bound {
  readonly pid: number;
  readonly port: number;
}

async function untilBound(
  guard: ChildProcess,
  dir: string,
  timeoutMs: number,
  log: () => string,
  signal: AbortSignal | undefined,
): Promise<Bound> {
  let failure: Error | undefined;
  guard.once('error', (error) => {
    failure = error;
  });
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    if (guard.exitCode === NOT_FOUND) {
      throw Object.assign(
        new Error(
          'nats-server is not installed: install it (apt-get install nats-server, brew install nats-server, or https://nats.io/download) or set NATS_URL to a running server',
        ),
        { code: 'NATS_SERVER_MISSING' },
      );
    }
    if (failure || guard.exitCode !== null || guard.signalCode !== null) break;
    const bound = await boundTo(dir);
    if (bound) return bound;
    await sleep(10);
  }
  throw Object.assign(new Error(`nats-server did not come up:\n${log().trim()}`), {
    code: 'NATS_SERVER_FAILED',
    cause: failure,
  });
}

/** What a shell exits with where there is no such program (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html, 2.8.2). */
const NOT_FOUND = 127;

/** What the server itself writes down of its ports, in a file that has its process in its name (`nats-server_<pid>.ports`). */
async function boundTo(dir: string): Promise<Bound | undefined> {
  try {
    const file = (await readdir(dir)).find((name) => name.endsWith('.ports')) ?? '';
    const ports = JSON.parse(await readFile(join(dir, file), 'utf8')) as { nats?: string[] };
    const address = ports.nats?.[0];
    return address ? { pid: Number(/\d+/.exec(file)), port: Number(new URL(address).port) } : undefined;
  } catch {
    return undefined; // Not written yet, or half written: look again.
  }
}

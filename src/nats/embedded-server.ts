import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
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
  /** More arguments for `nats-server`, such as those that make it one of a cluster. */
  args?: readonly string[];
  /** Aborted when nobody wants the server any more. It is looked at while the server starts. */
  signal?: AbortSignal;
}

export interface EmbeddedServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the server process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends the server (SIGKILL when `kill`), and removes its store unless `storeDir` was given. Safe to call twice. */
  stop(how?: 'term' | 'kill'): Promise<void>;
}

/**
 * Starts a private `nats-server` with JetStream on the loopback interface, from PATH.
 *
 * @throws {Error} with code `NATS_SERVER_MISSING` when there is no `nats-server` on PATH,
 *   `NATS_SERVER_FAILED` when it does not come up, or `USAGE` when `storeDir` can't be its own; the reason of `signal`
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const { startTimeoutMs = 60_000 } = options;
  if (options.storeDir !== undefined) await openStore(options.storeDir);
  options.signal?.throwIfAborted();
  const work = await mkdtemp(join(tmpdir(), 'knell-nats-'));
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
  const child = spawn('nats-server', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C in a terminal goes to a whole group: the service stops first, and its server after it.
    detached: true,
    // Debian installs it in /usr/sbin, which is not on every user's PATH.
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` },
  });
  const guard = child.pid === undefined ? undefined : guardOf(child.pid, work);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  void exited.then(() => guard?.kill('SIGKILL'));
  const cleanUp = () => rm(work, { recursive: true, force: true });
  try {
    const bound = await readPort(child, work, startTimeoutMs, () => log, options.signal);
    const url = `nats://127.0.0.1:${bound}`;
    if (options.storeDir !== undefined) await holdStore(storeDir, child.pid as number, url);
    return {
      url,
      port: bound,
      pid: child.pid as number,
      exited,
      async stop(how = 'term') {
        child.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
        await exited;
        await cleanUp();
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    // While it lives it writes into its folder.
    await exited;
    await cleanUp();
    throw error;
  }
}

/**
 * Ends the server when this process dies and can't end it itself, and removes its folder: nothing else would, and it would hold its
 * port and store. The guard waits at a pipe that only this process holds open. It has a session of its own, so that an interrupt from the
 * terminal does not end it first.
 */
function guardOf(serverPid: number, work: string): ChildProcess {
  const guard = spawn('sh', ['-c', GUARD, String(serverPid), work], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.unref();
  (guard.stdin as Socket | null)?.unref();
  return guard;
}

/** Ten seconds for the server's end: where nobody reaps it, it seems to be there for ever. */
const GUARD = `trap '' INT TERM HUP; read -r _; kill "$0"
tries=100
while kill -0 "$0" 2>/dev/null && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
rm -rf -- "$1"`;

async function readPort(
  child: ChildProcess,
  dir: string,
  timeoutMs: number,
  log: () => string,
  signal: AbortSignal | undefined,
): Promise<number> {
  let failure: NodeJS.ErrnoException | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    if (failure?.code === 'ENOENT') {
      throw Object.assign(
        new Error(
          'nats-server is not installed: install it (apt-get install nats-server, brew install nats-server, or https://nats.io/download) or set NATS_URL to a running server',
        ),
        { code: 'NATS_SERVER_MISSING', cause: failure },
      );
    }
    if (failure || child.exitCode !== null) break;
    const port = await boundPort(join(dir, `nats-server_${child.pid}.ports`));
    if (port !== undefined) return port;
    await sleep(10);
  }
  throw Object.assign(new Error(`nats-server did not come up:\n${log().trim()}`), {
    code: 'NATS_SERVER_FAILED',
    cause: failure,
  });
}

async function boundPort(file: string): Promise<number | undefined> {
  try {
    const ports = JSON.parse(await readFile(file, 'utf8')) as { nats?: string[] };
    const address = ports.nats?.[0];
    return address ? Number(new URL(address).port) : undefined;
  } catch {
    return undefined; // Not written yet, or half written: look again.
  }
}

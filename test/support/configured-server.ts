import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ConfiguredServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A real nats-server on a private port of the loopback interface, with JetStream if not told otherwise, that demands what `config` says.
 * @param files what the configuration includes, by name
 * @throws {Error} with the server's own words when it does not come up
 */
export async function startConfiguredServer(
  config: string,
  files: Readonly<Record<string, string>> = {},
  hasJetStream = true,
): Promise<ConfiguredServer> {
  const work = mkdtempSync(join(tmpdir(), 'knell-nats-conf-'));
  const file = join(work, 'server.conf');
  const store = hasJetStream ? `jetstream { store_dir: ${JSON.stringify(join(work, 'store'))} }\n` : '';
  for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content);
  writeFileSync(file, `host: "127.0.0.1"\nport: -1\nports_file_dir: ${JSON.stringify(work)}\n${store}${config}\n`);
  const child = spawn('nats-server', ['-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(work, { recursive: true, force: true });
  };
  for (let left = 500; left > 0 && child.exitCode === null; left--) {
    const port = boundPort(join(work, `nats-server_${child.pid}.ports`));
    if (port !== undefined) return { port, stop };
    await sleep(10);
  }
  await stop();
  throw new Error(`the nats-server did not come up: ${log}`);
}

function boundPort(file: string): number | undefined {
  try {
    return Number(/:(\d+)"/.exec(readFileSync(file, 'utf8'))?.[1]) || undefined;
  } catch {
    return undefined; // Not written yet.
  }
}

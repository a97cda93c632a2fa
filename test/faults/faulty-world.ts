import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { CHAOS_RULES } from '../chaos/chaos-rules.ts';
import { createDriver } from '../chaos/driver.ts';
import { choosePlays, compare, type Outcome, type Play, playAll } from '../chaos/plays.ts';
import { createRandom } from '../chaos/random.ts';
import { readTally, untilIdle } from '../chaos/tally.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';

/** A server, workers as an operator would start them, and scripted runs. All of it is gone after each test. */
export interface FaultyWorld {
  readonly server: EmbeddedServer;
  readonly connection: NatsConnection;
  startWorker(env?: NodeJS.ProcessEnv, program?: string): Promise<WorkerProcess>;
  /** Plays so many runs to their ends; `meanwhile` is done while they play. Settles when all is decided. */
  play(what: string, count: number, meanwhile?: () => Promise<unknown>): Promise<Outcome>;
}

/** Budgets that no test uses up. */
const NO_BUDGET = { KNELL_BUDGET_PER_MINUTE: '100000', KNELL_BUDGET_PER_HOUR: '100000' };

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What has Node load a file of `preload/` before the program. */
export function preload(name: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'preload', name))}` };
}

export function useFaultyWorld(start: typeof startEmbeddedServer = startEmbeddedServer): FaultyWorld {
  let work = '';
  let server: EmbeddedServer | undefined;
  let connection: NatsConnection | undefined;
  let workers: WorkerProcess[] = [];
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'knell-fault-'));
    await mkdir(join(work, 'rules'));
    await writeFile(join(work, 'rules', 'chaos.yaml'), CHAOS_RULES.trimStart());
    server = await start({ storeDir: join(work, 'store') });
    connection = await connect({ servers: server.url });
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
    workers = [];
    await connection?.close();
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });
  return {
    get server() {
      return server as EmbeddedServer;
    },
    get connection() {
      return connection as NatsConnection;
    },
    async startWorker(env = {}, program) {
      const worker = await startWorkerProcess(this.server.url, join(work, 'rules'), { ...NO_BUDGET, ...env }, program);
      workers.push(worker);
      return worker;
    },
    async play(what, count, meanwhile = async () => undefined) {
      const plays: Play[] = choosePlays(count, 8_000, createRandom(11));
      const played = playAll(
        createDriver(() => this.connection),
        plays,
      );
      await Promise.all([played, meanwhile()]);
      await untilIdle(this.connection);
      const outcome = compare(plays, await readTally(this.connection));
      process.stderr.write(`${what}: ${JSON.stringify(outcome)}\n`);
      return outcome;
    },
  };
}

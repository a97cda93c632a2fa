import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Run, runKey } from '../../src/contracts/run.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { CHAOS_RULES } from './chaos-rules.ts';
import { createDriver } from './driver.ts';
import { allRight, choosePlays, compare, playAll } from './plays.ts';
import { createRandom } from './random.ts';
import { SCRIPTS } from './scripts.ts';
import { readTally, untilIdle } from './tally.ts';

let work: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let workers: WorkerProcess[] = [];

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-chaos-'));
  await mkdir(join(work, 'rules'));
  await writeFile(join(work, 'rules', 'chaos.yaml'), CHAOS_RULES);
  server = await startEmbeddedServer({ storeDir: join(work, 'store') });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  workers = [];
  await connection.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

const startWorker = (): Promise<WorkerProcess> =>
  startWorkerProcess(server.url, join(work, 'rules'), {
    KNELL_BUDGET_PER_MINUTE: '100000',
    KNELL_BUDGET_PER_HOUR: '100000',
  });

/** Ends the server without warning and starts it again on the same port and store. */
async function restartServer(): Promise<void> {
  const { port } = server;
  await server.stop('kill');
  server = await startEmbeddedServer({ storeDir: join(work, 'store'), port });
  while (
    connection.isClosed() ||
    !(await connection.flush().then(
      () => true,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How many scripted runs are played; `npm run faults` plays 500. */
const RUNS = Number(process.env.KNELL_RUNS ?? 150);
/** How many runs fail while the only worker is killed. */
const FAILING = Math.round(RUNS * 0.4);

test(`${FAILING} runs that fail while the service is killed get exactly one command and at least one record each`, async () => {
  workers = [await startWorker()];
  const script = SCRIPTS[0];
  const runs: Run[] = Array.from({ length: FAILING }, (_, index) => ({
    agent: 'a',
    execution: `e${index}`,
    attempt: 1,
  }));
  const driver = createDriver(() => connection);
  const playing = runs.map((run) => driver.play(run, 'team-a', script?.attempts[0]?.steps ?? []));
  await Promise.all(playing.slice(0, FAILING * 0.3));
  await workers[0]?.kill('SIGKILL');
  workers = [await startWorker()];
  await Promise.all(playing);
  await untilIdle(connection);
  const tally = await readTally(connection);
  expect([...tally.commands.keys()].sort()).toEqual(runs.map(runKey).sort());
  expect([...tally.commands.values()].filter((ids) => ids.length !== 1)).toEqual([]);
  expect(runs.filter((run) => !tally.records.has(runKey(run)))).toEqual([]);
});

/** Seeds to play; `KNELL_SEEDS=3` plays the first three. */
const SEEDS = Array.from({ length: Number(process.env.KNELL_SEEDS ?? 1) }, (_, index) => index + 1);

describe(`${RUNS} scripted runs over 4 workers that are killed at random, on a server that is killed twice`, () => {
  test.each(SEEDS)('come out right with seed %i', async (seed) => {
    const random = createRandom(seed);
    workers = await Promise.all([1, 2, 3, 4].map(startWorker));
    const driver = createDriver(() => connection);
    const plays = choosePlays(RUNS, 12_000, random);
    let done = false;
    let kills = 0;
    const killing = (async () => {
      while (!done) {
        await new Promise((resolve) => setTimeout(resolve, 1_000 + random() * 2_000));
        const index = Math.floor(random() * workers.length);
        await workers[index]?.kill('SIGKILL');
        workers[index] = await startWorker();
        kills += 1;
      }
    })();
    const restarting = (async () => {
      for (const afterMs of [4_000, 5_000]) {
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await driver.duringAPause(restartServer);
      }
    })();
    await playAll(driver, plays);
    await restarting;
    done = true;
    await killing;
    await untilIdle(connection);

    const outcome = compare(plays, await readTally(connection));
    process.stderr.write(`seed ${seed}: ${JSON.stringify({ ...outcome, kills })}\n`);
    expect(kills).toBeGreaterThan(0);
    expect(outcome).toEqual(allRight(outcome));
  });
});

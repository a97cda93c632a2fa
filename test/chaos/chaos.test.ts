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

test('200 runs that fail while the service is killed get exactly one command and at least one record each', {
  timeout: 180_000,
}, async () => {
  workers = [await startWorker()];
  const script = SCRIPTS[0];
  const runs: Run[] = Array.from({ length: 200 }, (_, index) => ({ agent: 'a', execution: `e${index}`, attempt: 1 }));
  const driver = createDriver(() => connection);
  const playing = runs.map((run) => driver.play(run, 'team-a', script?.attempts[0]?.steps ?? []));
  await Promise.all(playing.slice(0, 60));
  await workers[0]?.kill('SIGKILL');
  workers = [await startWorker()];
  await Promise.all(playing);
  await untilIdle(connection);
  const tally = await readTally(connection);
  expect([...tally.commands.keys()].sort()).toEqual(runs.map(runKey).sort());
  expect([...tally.commands.values()].filter((ids) => ids.length !== 1)).toEqual([]);
  expect(runs.filter((run) => !tally.records.has(runKey(run)))).toEqual([]);
});

describe('500 scripted runs over 4 workers that are killed at random, on a server that is killed twice', () => {
  test.each([1, 2, 3])('come out right with seed %i', { timeout: 240_000 }, async (seed) => {
    const random = createRandom(seed);
    workers = await Promise.all([1, 2, 3, 4].map(startWorker));
    const driver = createDriver(() => connection);
    const plays = Array.from({ length: 500 }, (_, index) => ({
      script: SCRIPTS[Math.floor(random() * SCRIPTS.length)] ?? (SCRIPTS[0] as (typeof SCRIPTS)[0]),
      agent: `a${index % 40}`,
      execution: `e${index}`,
      startMs: Math.floor(random() * 12_000),
    }));
    let done = false;
    const killing = (async () => {
      while (!done) {
        await new Promise((resolve) => setTimeout(resolve, 500 + random() * 1_500));
        const index = Math.floor(random() * workers.length);
        await workers[index]?.kill('SIGKILL');
        workers[index] = await startWorker();
      }
    })();
    const restarting = (async () => {
      for (const afterMs of [4_000, 5_000]) {
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await driver.duringAPause(restartServer);
      }
    })();
    await Promise.all(
      plays.map(async ({ script, agent, execution, startMs }, index) => {
        await new Promise((resolve) => setTimeout(resolve, startMs));
        for (const [attempt, { steps }] of script.attempts.entries()) {
          await driver.play({ agent, execution, attempt: attempt + 1 }, `team-${index % 10}`, steps);
        }
      }),
    );
    await restarting;
    done = true;
    await killing;
    await untilIdle(connection);

    const owed = plays.flatMap(({ script, agent, execution }) =>
      script.attempts.map((attempt, index) => ({
        ...attempt,
        script: script.name,
        key: runKey({ agent, execution, attempt: index + 1 }),
      })),
    );
    const tally = await readTally(connection);
    const expected = owed.filter(({ abort }) => abort).map(({ key }) => key);
    const seen = [...tally.commands.keys()];
    const table = {
      expected: expected.length,
      seen: seen.length,
      duplicates: [...tally.commands.values()].filter((ids) => ids.length > 1).length,
      missing: owed
        .filter(({ abort, key }) => abort && !tally.commands.has(key))
        .map(({ script, key }) => `${script} ${key}`),
      unexpected: owed
        .filter(({ abort, key }) => !abort && tally.commands.has(key))
        .map(({ script, key }) => `${script} ${key}`),
      without_record: owed
        .filter(({ record, key }) => record && !tally.records.has(key))
        .map(({ script, key }) => `${script} ${key}`),
      unacknowledged: tally.unacknowledged,
    };
    process.stderr.write(`seed ${seed}: ${JSON.stringify(table)}\n`);
    expect(table).toEqual({
      expected: expected.length,
      seen: expected.length,
      duplicates: 0,
      missing: [],
      unexpected: [],
      without_record: [],
      unacknowledged: 0,
    });
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { claude } from '../support/claude-lines.ts';
import { type NatsCluster, startNatsCluster } from '../support/nats-cluster.ts';
import { say, subjects } from '../support/service.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { CHAOS_RULES } from './chaos-rules.ts';
import { createDriver } from './driver.ts';
import { allRight, choosePlays, compare, playAll } from './plays.ts';
import { createRandom } from './random.ts';
import { readTally, untilIdle } from './tally.ts';

/** How often the leader is killed; twice in `npm run faults`, `KNELL_LEADER_KILLS=10` for the long form. */
const KILLS = Number(process.env.KNELL_LEADER_KILLS ?? 1);
/** How many doomed runs speak at once; 300 in `npm run faults`, `KNELL_DOOMED=5000` for the long form. */
const DOOMED = Number(process.env.KNELL_DOOMED ?? 100);

let work: string;
let cluster: NatsCluster;
let connection: NatsConnection;
let workers: WorkerProcess[] = [];

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-cluster-'));
  await mkdir(join(work, 'rules'));
  await writeFile(join(work, 'rules', 'chaos.yaml'), CHAOS_RULES);
  cluster = await startNatsCluster();
  connection = await connect({ servers: cluster.urls.split(','), maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  // A busy machine lets servers of a cluster miss each other for a moment: then there is no place for three copies.
  await vi.waitFor(() => ensureStreams(connection, subjects, 3), { timeout: 120_000, interval: 200 });
  const start = () =>
    startWorkerProcess(cluster.urls, join(work, 'rules'), {
      KNELL_BUDGET_PER_MINUTE: '100000',
      KNELL_BUDGET_PER_HOUR: '100000',
      KNELL_REPLICAS: '3',
    });
  workers = [await start(), await start()];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await connection.close();
  await cluster.stop();
  await rm(work, { recursive: true, force: true });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills the server that leads the log stream, and settles when another one does and JetStream answers again. */
async function killLeader(): Promise<void> {
  const leader = await vi.waitFor(
    async () => {
      const found = await cluster.leaderOf(await connection.jetstreamManager(), 'KNELL_LOGS');
      if (found === undefined) throw new Error('the log stream has no leader');
      return found;
    },
    { timeout: 120_000, interval: 200 },
  );
  await cluster.restart(leader);
  for (;;) {
    const led = await (await connection.jetstreamManager({ timeout: 1_000 }).catch(() => undefined))?.streams
      .info('KNELL_LOGS')
      .catch(() => undefined);
    if (led?.cluster?.leader) return;
    await pause(100);
  }
}

test(`a cluster of three whose leader is killed (${KILLS}×) loses and doubles no verdict`, {
  timeout: 600_000 + KILLS * 60_000,
}, async () => {
  const driver = createDriver(() => connection);
  const plays = choosePlays(KILLS * 60, KILLS * 8_000, createRandom(7));
  let kills = 0;
  const killing = (async () => {
    while (kills < KILLS) {
      await pause(6_000);
      await driver.duringAPause(killLeader);
      kills += 1;
    }
  })();
  await playAll(driver, plays);
  await killing;
  await untilIdle(connection);
  const outcome = compare(plays, await readTally(connection));
  process.stderr.write(`${kills} leaders killed: ${JSON.stringify(outcome)}\n`);
  expect(outcome).toEqual(allRight(outcome));
});

test(`${DOOMED} runs that fail at once on a cluster of three with replicas get ${DOOMED} verdicts`, {
  timeout: 600_000 + DOOMED * 100,
}, async () => {
  const runs = Array.from({ length: DOOMED }, (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }));
  const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
  await Promise.all(runs.map((run) => say(connection, run, 'stdout', doom)));
  await untilIdle(connection);
  const tally = await readTally(connection);
  expect([...tally.commands.values()].filter((ids) => ids.length === 1)).toHaveLength(DOOMED);
  expect(tally.records.size).toBe(DOOMED);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { CHAOS_RULES } from '../chaos/chaos-rules.ts';
import { createDriver } from '../chaos/driver.ts';
import { allRight, choosePlays, compare, playAll } from '../chaos/plays.ts';
import { createRandom } from '../chaos/random.ts';
import { readTally, untilIdle } from '../chaos/tally.ts';
import { type NatsCluster, startNatsCluster } from '../support/nats-cluster.ts';
import { subjects } from '../support/service.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { pause } from './faulty-world.ts';

const RUNS = 60;
const CUT_MS = 20_000;
let work: string;
let cluster: NatsCluster;
let connection: NatsConnection;
let workers: WorkerProcess[] = [];

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-partition-'));
  await writeFile(join(work, 'chaos.yaml'), CHAOS_RULES.trimStart());
  cluster = await startNatsCluster();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  workers = [];
  await connection?.close();
  await cluster.stop();
  await rm(work, { recursive: true, force: true });
});

async function leaderOfLogs(): Promise<number | undefined> {
  return cluster.leaderOf(await connection.jetstreamManager(), 'KNELL_LOGS');
}

test('a follower that is cut off from its cluster, with a worker at it, loses and doubles no verdict', {
  timeout: 400_000,
}, async () => {
  const urls = cluster.servers.map(({ url }) => url);
  connection = await connect({ servers: urls, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  await vi.waitFor(() => ensureStreams(connection, subjects, 3), { timeout: 60_000, interval: 200 });
  // Until the cut servers of a busy machine may miss each other too: JetStream then has no leader for a moment.
  const leader = await vi.waitFor(leaderOfLogs, { timeout: 120_000, interval: 500 });
  const follower = urls.findIndex(
    (url, index) => index !== leader && !url.endsWith(`:${connection.getServer().split(':')[1]}`),
  );
  const env = { KNELL_BUDGET_PER_MINUTE: '100000', KNELL_BUDGET_PER_HOUR: '100000', KNELL_REPLICAS: '3' };
  for (const url of urls) workers.push(await startWorkerProcess(url, work, env));
  const plays = choosePlays(RUNS, 8_000, createRandom(7));
  const playing = playAll(
    createDriver(() => connection),
    plays,
  );
  await pause(4_000);
  cluster.cutOff(follower);
  await pause(CUT_MS);
  const peers = await vi.waitFor(
    async () => (await (await connection.jetstreamManager()).streams.info('KNELL_LOGS')).cluster?.replicas ?? [],
    { timeout: 120_000, interval: 500 },
  );
  cluster.cutOff();
  await playing;
  await untilIdle(connection);
  const outcome = compare(plays, await readTally(connection));
  const heardMs = peers.map(({ name, active }) => [name, Math.round(active / 1e6)] as const);
  const told = JSON.stringify({ ...outcome, heardMs: Object.fromEntries(heardMs) });
  process.stderr.write(`n${follower} cut off for ${CUT_MS / 1_000} s: ${told}\n`);
  // The leader has not heard of it since, and of the other one it has.
  expect(heardMs.find(([name]) => name === `n${follower}`)?.[1]).toBeGreaterThan(CUT_MS / 2);
  expect(heardMs.find(([name]) => name !== `n${follower}`)?.[1]).toBeLessThan(CUT_MS / 2);
  expect(outcome).toEqual(allRight(outcome));
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { type Losses, lossyNetwork } from '../support/lossy-network.ts';
import { type NatsProxy, type ProxyHooks, startNatsProxy } from '../support/nats-proxy.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { CHAOS_RULES } from './chaos-rules.ts';
import { createDriver } from './driver.ts';
import { allRight, choosePlays, compare, playAll } from './plays.ts';
import { createRandom } from './random.ts';
import { readTally, untilIdle } from './tally.ts';

/** Seeds to play; `KNELL_SEEDS=20` plays the first twenty. */
const SEEDS = Array.from({ length: Number(process.env.KNELL_SEEDS ?? 2) }, (_, index) => index + 1);
const RUNS = 150;
const LOSSES: Losses = { lose: 0.01, double: 0.02, delay: 0.03, delayMs: 1_000, cut: 0.0005 };

let work: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let proxy: NatsProxy;
let hooks: ProxyHooks = {};
let worker: WorkerProcess | undefined;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-lossy-'));
  await mkdir(join(work, 'rules'));
  await writeFile(join(work, 'rules', 'chaos.yaml'), CHAOS_RULES);
  server = await startEmbeddedServer({ storeDir: join(work, 'store') });
  connection = await connect({ servers: server.url });
  hooks = {};
  proxy = await startNatsProxy(server.port, {
    fromClient: (frame, way) => (hooks.fromClient ?? ((_, { onward }) => onward(frame)))(frame, way),
    fromServer: (frame, way) => (hooks.fromServer ?? ((_, { onward }) => onward(frame)))(frame, way),
  });
});
afterEach(async () => {
  await worker?.kill('SIGKILL');
  await connection.close();
  await proxy.stop();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

test.each(SEEDS)(
  'behind a network that loses, doubles, delays and cuts, every run gets what it is owed: seed %i',
  async (seed) => {
    worker = await startWorkerProcess(proxy.url, join(work, 'rules'), {
      KNELL_BUDGET_PER_MINUTE: '100000',
      KNELL_BUDGET_PER_HOUR: '100000',
    });
    const random = createRandom(seed);
    const faults: Partial<Record<keyof Losses, number>> = {};
    hooks = lossyNetwork(LOSSES, random, (what) => {
      faults[what] = (faults[what] ?? 0) + 1;
    });
    const plays = choosePlays(RUNS, 8_000, createRandom(seed + 1_000));
    await playAll(
      createDriver(() => connection),
      plays,
    );
    await untilIdle(connection);
    const outcome = compare(plays, await readTally(connection));
    process.stderr.write(`seed ${seed}: ${JSON.stringify({ ...outcome, faults })}\n`);
    expect(faults.lose).toBeGreaterThan(0);
    expect(outcome).toEqual(allRight(outcome));
  },
);

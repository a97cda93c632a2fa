import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Run, runKey } from '../../src/contracts/run.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { claude } from '../support/claude-lines.ts';
import { say, subjects } from '../support/service.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { CHAOS_RULES } from './chaos-rules.ts';
import { readTally } from './tally.ts';

let work: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let worker: WorkerProcess | undefined;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-stop-'));
  await mkdir(join(work, 'rules'));
  await writeFile(join(work, 'rules', 'chaos.yaml'), CHAOS_RULES.trimStart());
  server = await startEmbeddedServer();
  connection = await connect({ servers: server.url });
  await ensureStreams(connection, subjects);
});
afterEach(async () => {
  await worker?.kill('SIGKILL');
  await connection.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

const start = async () => {
  worker = await startWorkerProcess(server.url, join(work, 'rules'));
  return worker;
};
const workers = async () => (await connection.jetstreamManager()).consumers.info('KNELL_LOGS', 'knell_workers');

test('a worker told to stop amid thousands of messages loses none: the next one does the rest', async () => {
  const runs = Array.from({ length: 100 }, (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }));
  const talk = claude.says('x'.repeat(4_000));
  await Promise.all(
    runs.map(async (run) => {
      const lines = [
        [claude.init()],
        ...Array.from({ length: 20 }, () => [talk]),
        [claude.fails('OAuth token has expired', 401)],
      ];
      for (const one of lines) await say(connection, run, 'stdout', one, { 'Knell-Runtime': 'claude-code' });
    }),
  );
  const first = await start();
  await expect.poll(async () => (await workers()).delivered.stream_seq).toBeGreaterThan(100);
  await first.kill('SIGTERM');
  expect(first.log()).toContain('"stopped"');
  await start();
  await expect.poll(() => workers().then((info) => info.num_pending + info.num_ack_pending)).toBe(0);
  const tally = await readTally(connection);
  expect([...tally.commands.keys()].sort()).toEqual(runs.map(runKey).sort());
  expect([...tally.commands.values()].filter((ids) => ids.length !== 1)).toEqual([]);
  expect(runs.filter((run) => !tally.records.has(runKey(run)))).toEqual([]);
});

test('a worker told to stop while its server is away stops all the same', async () => {
  const one = await start();
  await server.stop('kill');
  await expect.poll(() => one.log()).toContain('lost the NATS server');
  await one.kill('SIGTERM');
  expect(one.log()).toContain('"stopped"');
});

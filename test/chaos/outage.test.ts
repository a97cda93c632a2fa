import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandId } from '../../src/classify/ids.ts';
import type { Run } from '../../src/contracts/run.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { claude } from '../support/claude-lines.ts';
import { abortCommand } from '../support/messages.ts';
import { say, subjects } from '../support/service.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { CHAOS_RULES } from './chaos-rules.ts';
import { readTally, untilIdle } from './tally.ts';

/** How many runs of three dead tokens fail at once; `KNELL_DEAD_RUNS=5000` for the long form. The shipped limits are 300 and 600. */
const DEAD_RUNS = Number(process.env.KNELL_DEAD_RUNS ?? 1_000);
const FOREIGN = 610;

let work: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let worker: WorkerProcess | undefined;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-outage-'));
  await mkdir(join(work, 'rules'));
  await writeFile(join(work, 'rules', 'chaos.yaml'), CHAOS_RULES);
  server = await startEmbeddedServer({ storeDir: join(work, 'store') });
  connection = await connect({ servers: server.url });
  worker = await startWorkerProcess(server.url, join(work, 'rules'));
});
afterEach(async () => {
  await worker?.kill('SIGKILL');
  await connection.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
const fail = (run: Run, subscription: string) =>
  say(connection, run, 'stdout', doom, { 'Knell-Runtime': 'claude-code', 'Knell-Subscription': subscription });

async function fleetMode(): Promise<unknown> {
  const entry = await (await connection.jetstream().views.kv('knell_fleet')).get('mode');
  return entry?.json();
}

test(`${DEAD_RUNS} runs of three dead tokens are all ended under the shipped budgets, and no rule goes into shadow`, {
  timeout: 120_000 + DEAD_RUNS * 60,
}, async () => {
  const runs = Array.from(
    { length: DEAD_RUNS },
    (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }),
  );
  const startMs = Date.now();
  await Promise.all(runs.map((run, index) => fail(run, `team-${index % 3}`)));
  await untilIdle(connection);
  const tally = await readTally(connection);
  const once = [...tally.commands.values()].filter((ids) => ids.length === 1).length;
  const seen = {
    runs: DEAD_RUNS,
    commands: once,
    records: tally.records.size,
    seconds: (Date.now() - startMs) / 1_000,
  };
  process.stderr.write(`three dead tokens: ${JSON.stringify(seen)}\n`);
  expect(once).toBe(DEAD_RUNS);
  expect(await fleetMode()).toBeUndefined();
});

test(`runs that fail on ${DEAD_RUNS} credentials take their rule into shadow, and another rule still ends runs`, {
  timeout: 120_000 + DEAD_RUNS * 60,
}, async () => {
  const runs = Array.from(
    { length: DEAD_RUNS },
    (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }),
  );
  for (const [index, run] of runs.entries()) await fail(run, `team-${index}`);
  await expect.poll(fleetMode).toMatchObject({ shadowed: { 'chaos/token-expired': { by: 'knell' } } });
  // What is held back is never idle: each run has its record when all is decided.
  await expect.poll(async () => (await readTally(connection)).records.size, { interval: 500 }).toBe(DEAD_RUNS);
  const ended = (await readTally(connection)).commands.size;
  process.stderr.write(`${DEAD_RUNS} credentials: ${ended} ended before the rule went into shadow\n`);
  const later: Run = { agent: 'later', execution: 'e', attempt: 1 };
  await fail(later, 'team-later');
  await expect.poll(async () => (await readTally(connection)).records.has('later.e.1')).toBe(true);
  expect((await readTally(connection)).commands.has('later.e.1')).toBe(false);
  const run: Run = { agent: 'other', execution: 'e', attempt: 1 };
  const retry = (attempt: number) =>
    JSON.stringify({ type: 'system', subtype: 'api_retry', attempt, max_retries: 10, error_status: 401 });
  await say(connection, run, 'stdout', [claude.init(), retry(1), retry(2)], { 'Knell-Runtime': 'claude-code' });
  await expect.poll(async () => (await readTally(connection)).commands.get('other.e.1')).toHaveLength(1);
});

test(`${FOREIGN} messages of others on the abort subjects, dated 2031, change nothing for the fleet`, async () => {
  const jetstream = connection.jetstream();
  for (let index = 0; index < FOREIGN; index += 1) {
    const run: Run = { agent: 'foreign', execution: `e${index}`, attempt: 1 };
    const rule = { id: 'token-expired', pack: 'chaos', version: '1.0.0', digest: 'd'.repeat(64) };
    const command = abortCommand(run, { command_id: commandId(run), rule, issued_at: '2031-01-01T00:00:00.000Z' });
    await jetstream.publish(subjects.aborts(run), JSON.stringify(command));
  }
  for (let index = 0; index < 3; index += 1) {
    const run: Run = { agent: 'own', execution: `e${index}`, attempt: 1 };
    await fail(run, 'team-a');
    await expect.poll(async () => (await readTally(connection)).commands.get(`own.e${index}.1`)).toHaveLength(1);
  }
  expect(await fleetMode()).toBeUndefined();
});

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
import { nextAbort, say, subjects } from '../support/service.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { CHAOS_RULES } from './chaos-rules.ts';
import { readTally, untilIdle } from './tally.ts';

/**
 * The shipped budgets: 300 a minute for a rule and for a subscription, 600 for all. So many runs fail at once that all of
 * them are passed: 1,000 in `npm run faults`, `KNELL_DEAD_RUNS=5000` for the long form.
 */
const DEAD_RUNS = Number(process.env.KNELL_DEAD_RUNS ?? 640);
/** How many of them have the first of the three tokens. */
const ON_FIRST = Math.max(320, Math.ceil(DEAD_RUNS / 3));
/** How many fail of one rule, each on a credential of its own. */
const CREDENTIALS = Math.ceil(DEAD_RUNS * 0.6);
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
  timeout: 600_000 + DEAD_RUNS * 100,
}, async () => {
  const runs = Array.from(
    { length: DEAD_RUNS },
    (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }),
  );
  const startMs = Date.now();
  await Promise.all(runs.map((run, index) => fail(run, `team-${index < ON_FIRST ? 0 : 1 + (index % 2)}`)));
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

test(`runs that fail on ${CREDENTIALS} credentials take their rule into shadow, and another rule still ends runs`, {
  timeout: 600_000 + CREDENTIALS * 100,
}, async () => {
  const runs = Array.from(
    { length: CREDENTIALS },
    (_, index): Run => ({ agent: `a${index % 20}`, execution: `e${index}`, attempt: 1 }),
  );
  await Promise.all(runs.map((run, index) => fail(run, `team-${index}`)));
  await expect.poll(fleetMode).toMatchObject({ shadowed: { 'chaos/token-expired': { by: 'knell' } } });
  // What is held back is never idle: each run has its record when all is decided.
  await expect.poll(async () => (await readTally(connection)).records.size, { interval: 500 }).toBe(CREDENTIALS);
  const ended = (await readTally(connection)).commands.size;
  process.stderr.write(`${CREDENTIALS} credentials: ${ended} ended before the rule went into shadow\n`);
  const later: Run = { agent: 'later', execution: 'e', attempt: 1 };
  await fail(later, 'team-later');
  await expect.poll(async () => (await readTally(connection)).records.has('later.e.1'), { interval: 500 }).toBe(true);
  expect((await readTally(connection)).commands.has('later.e.1')).toBe(false);
  const run: Run = { agent: 'other', execution: 'e', attempt: 1 };
  const retry = (attempt: number) =>
    JSON.stringify({ type: 'system', subtype: 'api_retry', attempt, max_retries: 10, error_status: 401 });
  await say(connection, run, 'stdout', [claude.init(), retry(1), retry(2)], { 'Knell-Runtime': 'claude-code' });
  await expect
    .poll(async () => (await readTally(connection)).commands.get('other.e.1'), { interval: 500 })
    .toHaveLength(1);
});

test(`${FOREIGN} messages of others on the abort subjects, dated 2031, change nothing for the fleet`, async () => {
  const jetstream = connection.jetstream({ timeout: 120_000 });
  const forge = async (index: number): Promise<void> => {
    const run: Run = { agent: 'foreign', execution: `e${index}`, attempt: 1 };
    const rule = { id: 'token-expired', pack: 'chaos', version: '1.0.0', digest: 'd'.repeat(64) };
    const command = abortCommand(run, { command_id: commandId(run), rule, issued_at: '2031-01-01T00:00:00.000Z' });
    await jetstream.publish(subjects.aborts(run), JSON.stringify(command));
  };
  await Promise.all(Array.from({ length: FOREIGN }, (_, index) => forge(index)));
  for (let index = 0; index < 3; index += 1) {
    const run: Run = { agent: 'own', execution: `e${index}`, attempt: 1 };
    const ended = nextAbort(connection, run);
    await fail(run, 'team-a');
    await ended;
  }
  const { commands } = await readTally(connection);
  expect([0, 1, 2].map((index) => commands.get(`own.e${index}.1`)?.length)).toEqual([1, 1, 1]);
  expect(await fleetMode()).toBeUndefined();
});

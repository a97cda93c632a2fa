import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Run, runKey } from '../../src/contracts/run.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import { type Buckets, ensureStreams } from '../../src/nats/ensure-streams.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

/*
 * A program that may write to the bucket of run states, and writes there what is none.
 */

const rules = rulesFrom(`
rules:
  - id: token-expired
    match: [{ event: result, text: 'token has expired' }]
`);
const nats = useNatsServer();
const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
let buckets: Buckets;
let services: Service[] = [];
beforeEach(async () => {
  buckets = await ensureStreams(nats.connection, subjects);
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
});
async function start(): Promise<Service> {
  const service = await startTestService(nats.server.url, rules);
  services.push(service);
  return service;
}
const junk = (run: Run) => buckets.runs.put(runKey(run), 'junk');
const metricsOf = async ({ httpUrl }: Service) => (await fetch(`${httpUrl}/metrics`)).text();
async function countOf(stream: string, subject: string): Promise<number> {
  const manager = await nats.connection.jetstreamManager();
  const { state } = await manager.streams.info(stream, { subjects_filter: subject });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

test('a run whose entry is junk is commanded once, and its entry is replaced', async () => {
  const run = { agent: 'junk', execution: 'before', attempt: 1 };
  await junk(run);
  const service = await start();
  let heard = 0;
  const abort = nextAbort(nats.connection, run);
  nats.connection.subscribe(subjects.aborts(run), { callback: () => (heard += 1) });
  await say(nats.connection, run, 'stdout', doom);
  await abort;
  await untilAllIsRead(nats.connection);
  const entry = await buckets.runs.get(runKey(run));
  expect(RunState.parse(entry?.json()).verdict?.command_id).toBeDefined();
  await nats.connection.flush();
  expect([heard, await countOf('KNELL_ABORTS', subjects.aborts(run))]).toEqual([1, 1]);
  const metrics = await metricsOf(service);
  expect(metrics).toMatch(/^knell_run_states_unreadable_total 1$/m);
  expect(metrics).toMatch(/^knell_state_conflicts_total 0$/m);
  await expect.poll(() => countOf('KNELL_NOTICES', 'knell.notices.foreign_message.state.*')).toBe(1);
});

test('a run that has its command, and whose entry becomes junk, keeps that one command', async () => {
  const run = { agent: 'junk', execution: 'after', attempt: 1 };
  await start();
  let heard = 0;
  nats.connection.subscribe(subjects.aborts(run), { callback: () => (heard += 1) });
  for (let time = 0; time < 3; time += 1) {
    await say(nats.connection, run, 'stdout', doom, { 'Knell-Line': `${2 * time}` });
    await untilAllIsRead(nats.connection);
    await junk(run);
  }
  await say(nats.connection, run, 'stdout', doom, { 'Knell-Line': '6' });
  await untilAllIsRead(nats.connection);
  await nats.connection.flush();
  expect([heard, await countOf('KNELL_ABORTS', subjects.aborts(run))]).toEqual([1, 1]);
  expect(RunState.parse((await buckets.runs.get(runKey(run)))?.json()).verdict?.command_id).toBeDefined();
});

test('while a bucket takes no state of a run, its command is not published again and again, and nothing is given up', async () => {
  const run = { agent: 'junk', execution: 'bucket', attempt: 1 };
  const service = await start();
  let heard = 0;
  nats.connection.subscribe(subjects.aborts(run), { callback: () => (heard += 1) });
  const manager = await nats.connection.jetstreamManager();
  // The bucket takes nothing more: what is written into it is refused.
  await manager.streams.update('KV_knell_runs', { max_msg_size: 1 });
  await say(nats.connection, run, 'stdout', doom);
  const retried = /^knell_messages_retried_total ([3-9])$/m;
  await expect.poll(() => metricsOf(service), { timeout: 20_000, interval: 200 }).toMatch(retried);
  await manager.streams.update('KV_knell_runs', { max_msg_size: -1 });
  await untilAllIsRead(nats.connection);
  expect([heard, await countOf('KNELL_DEAD', subjects.all('dead'))]).toEqual([1, 0]);
  expect(RunState.parse((await buckets.runs.get(runKey(run)))?.json()).verdict?.command_id).toBeDefined();
});

import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRunState } from '../../src/classify/run-state.ts';
import type { Run } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { lateReplica } from '../support/late-replica.ts';
import { useNatsServer } from '../support/nats.ts';
import { type NatsProxy, startNatsProxy } from '../support/nats-proxy.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextRecord, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

const rules = rulesFrom(`
rules:
  - id: token-expired
    scope: subscription
    next: switch_subscription
    match:
      - { event: result, text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 300ms }
`);
const nats = useNatsServer();
let directGets = 0;
let proxy: NatsProxy;
let behind: NatsConnection;
let service: Service;

beforeAll(async () => {
  proxy = await startNatsProxy(
    nats.server.port,
    lateReplica(60_000, () => {
      directGets += 1;
    }),
  );
  behind = await connect({ servers: proxy.url });
  service = await startTestService(proxy.url, rules, undefined, {
    budget: {
      rule: { perMinute: 1_000, perHour: 1_000 },
      subscription: { perMinute: 1_000, perHour: 1_000 },
      all: { perMinute: 1_000, perHour: 1_000 },
    },
  });
});
afterAll(async () => {
  await service.stop();
  await behind.close();
  await proxy.stop();
});

const runsOf = (agent: string, count: number): Run[] =>
  Array.from({ length: count }, (_, index) => ({ agent, execution: `e${index}`, attempt: 1 }));

async function abortsOf(agent: string): Promise<number> {
  const manager = await nats.connection.jetstreamManager();
  const filter = `knell.aborts.${agent}.>`;
  const { state } = await manager.streams.info('KNELL_ABORTS', { subjects_filter: filter });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

test('300 doomed runs get their verdict while the replica that answers direct gets knows of none of them', async () => {
  const runs = runsOf('doomed', 300);
  const doom = claude.fails('OAuth token has expired', 401);
  await Promise.all(runs.map((run) => say(nats.connection, run, 'stdout', [claude.init(), doom])));
  await untilAllIsRead(nats.connection);
  expect(await abortsOf('doomed')).toBe(300);
});

test('runs that spoke just before their quiet was over are not ended', async () => {
  const runs = runsOf('spoke', 10);
  const talk = { 'Knell-Runtime': 'claude-code' };
  const records = runs.map((run) => nextRecord(nats.connection, run));
  for (const lines of [['Login expired · Please run /login'], ['That was the banner that I fixed.']]) {
    await Promise.all(runs.map((run) => say(nats.connection, run, 'stdout', lines, talk)));
  }
  for (const record of records) expect(await record).toMatchObject({ disposition: 'suppressed' });
  expect(await abortsOf('spoke')).toBe(0);
});

test('an entry of a bucket is read from its leader', async () => {
  const buckets = await ensureStreams(behind, subjects);
  const store = createRunStore(buckets.runs, () => undefined);
  const run = { agent: 'a', execution: 'fresh', attempt: 1 };
  expect(await store.put(newRunState(run), 0)).toBe(true);
  expect((await store.get(run))?.state).toEqual(newRunState(run));
});

test('no direct get was sent in all this', () => {
  expect(directGets).toBe(0);
});

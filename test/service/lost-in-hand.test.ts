import { AckPolicy, type Consumer, type JetStreamManager, nanos } from 'nats';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeBalance, readBalance } from '../../src/cli/doctor/look-at-account.ts';
import { Notice } from '../../src/contracts/notice.ts';
import { createLogger } from '../../src/logging/logger.ts';
import type { ReadingWatch } from '../../src/nats/consume/reading-watch.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createPublisher } from '../../src/nats/publisher.ts';
import { type AccountStore, createAccountStore } from '../../src/nats/store/account-store.ts';
import { type Account, startAccount } from '../../src/service/account.ts';
import { DEFAULT_LAG_BOUNDS, obstacleToReading } from '../../src/service/readiness.ts';
import { createReadingTelemetry } from '../../src/service/reading-telemetry.ts';
import { watchReading } from '../../src/service/watch-reading.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { useNatsServer } from '../support/nats.ts';
import { say, subjects } from '../support/service.ts';

/*
 * What was delivered, and then dropped by a full stream before it was settled, leaves no word of a worker. It is told all
 * the same, once, and nothing else is taken for it.
 */

const nats = useNatsServer();
const RUN = { agent: 'a', execution: 'e', attempt: 1 };
const ACK_WAIT_MS = 200;
interface Worker {
  readonly account: Account;
  readonly watch: ReadingWatch;
  readonly registry: Registry;
}
let manager: JetStreamManager;
let store: AccountStore;
let consumer: Consumer;
let clock: ManualClock;
let workers: Worker[] = [];
/** What the workers are storing. */
const adding: Promise<unknown>[] = [];

beforeEach(async () => {
  manager = await nats.connection.jetstreamManager();
  const { fleet } = await ensureStreams(nats.connection, subjects);
  store = createAccountStore(fleet);
  await manager.consumers.add('KNELL_LOGS', {
    durable_name: 'knell_workers',
    filter_subject: 'knell.logs.>',
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
  });
  consumer = await nats.connection.jetstream().consumers.get('KNELL_LOGS', 'knell_workers');
  clock = createManualClock(Date.now() + 60_000);
  workers = await Promise.all([1, 2].map(startWorker));
});
afterEach(async () => {
  await Promise.all(workers.map(leave));
  for (const stream of ['KNELL_LOGS', 'KNELL_NOTICES', 'KV_knell_fleet']) await manager.streams.delete(stream);
});

/** What of a worker counts what it reads, and looks after that; what reads is the test. */
async function startWorker(): Promise<Worker> {
  const log = createLogger('silent');
  const registry = new Registry();
  const add: AccountStore['add'] = (entry) => {
    const added = store.add(entry);
    adding.push(added);
    return added;
  };
  const account = startAccount({ add }, clock, log);
  const telemetry = createReadingTelemetry(log, registry, clock, () => undefined);
  const publisher = createPublisher(nats.connection, manager, subjects);
  const options = { lookEveryMs: 3_600_000 };
  const watch = await watchReading({ manager, subjects, clock, publisher, telemetry, account, log, options });
  return { account, watch, registry };
}
async function leave({ account, watch }: Worker): Promise<void> {
  await watch.stop();
  await account.stop();
}
const print = async (count: number) => {
  for (let sent = 0; sent < count; sent += 1) await say(nats.connection, RUN, 'stdout', ['x']);
};
/** Takes the next messages; decided by a worker, or by one that is killed before it tells, or by none. */
async function take(count: number, by?: Worker | 'killed'): Promise<void> {
  for (let taken = 0; taken < count; taken += 1) {
    const message = await consumer.next();
    if (!message || !by) continue;
    if (by !== 'killed') by.account.decided({ seq: message.seq, bytes: 2, storedMs: clock.now() });
    await message.ackAck();
  }
}
/** Has the stream keep so many. */
const keep = (max_msgs: number) => manager.streams.update('KNELL_LOGS', { max_msgs });
/** Settles when the server has given up what nobody can have any more. */
const untilSettled = () =>
  expect
    .poll(async () => {
      // It is not told that it has to before somebody asks.
      await consumer.next({ expires: 1_000 });
      return (await consumer.info()).num_ack_pending;
    })
    .toBe(0);
/** All look, and store what they know, as they do every ten seconds. */
async function passTenSeconds(times = 1): Promise<void> {
  for (let passed = 0; passed < times; passed += 1) {
    for (const { watch } of workers) await watch.lookNow();
    await clock.advance(10_000);
    await Promise.all(adding.splice(0));
    await clock.advance(0);
  }
}
const obstacles = () =>
  workers.map(({ watch }) => obstacleToReading(watch.reading(), DEFAULT_LAG_BOUNDS, clock.now()) ?? '');
const counted = () =>
  Promise.all(
    workers.map(async ({ registry }) => {
      const metric = await registry.getSingleMetricAsString('knell_stream_gap_messages_total');
      return Number(/KNELL_LOGS"\} (\d+)/.exec(metric)?.[1]);
    }),
  );
async function notices(): Promise<Notice[]> {
  const { state } = await manager.streams.info('KNELL_NOTICES');
  const stored = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1)
    stored.push(Notice.parse((await manager.streams.getMessage('KNELL_NOTICES', { seq })).json()));
  return stored;
}
const balance = async () => {
  const found = await readBalance(manager, store);
  return found && judgeBalance(found);
};

test('what a worker had been given, and the stream dropped when that was killed, is counted and told once', async () => {
  const [one, other] = workers as [Worker, Worker];
  await print(10);
  await take(5, one);
  // One is killed with these.
  await take(5);
  await keep(5);
  await print(5);
  await take(5, other);
  await untilSettled();
  await passTenSeconds(2);
  expect([await balance(), obstacles()]).toMatchObject([
    { level: 'failed', message: expect.stringContaining('5 that are not accounted for') },
    ['', ''],
  ]);
  // Dropped too, but the other one has decided it, and will tell.
  await print(5);
  await take(5, other);
  await passTenSeconds(6);
  const reason = expect.stringMatching(
    /^the stream KNELL_LOGS dropped 5 messages that a worker had been given and did not/,
  );
  expect(obstacles()).toEqual([reason, reason]);
  expect(await counted()).toEqual([5, 5]);
  expect(await store.get()).toMatchObject({ messages: 15, missed: 5 });
  expect(await balance()).toMatchObject({ level: 'ok' });
  expect(await notices()).toMatchObject([
    { kind: 'gap', stream: 'KNELL_LOGS', missed: 5, up_to_seq: 10, message: expect.stringContaining('no worker told') },
  ]);
  // One that was frozen, and not killed, tells at last.
  one.account.decided({ seq: 6, bytes: 2, storedMs: clock.now() });
  await passTenSeconds();
  expect(await store.get()).toMatchObject({ messages: 15, missed: 5 });
});

test('what was never handed out counts once beside what a worker was given, and what a killed worker decided while the stream held it is no gap', async () => {
  const [one, other] = workers as [Worker, Worker];
  await print(10);
  await take(4, one);
  await passTenSeconds();
  // These one decided, and was killed before it could tell.
  await take(3, 'killed');
  await passTenSeconds();
  await take(3);
  await print(5);
  await keep(3);
  await take(3, other);
  await untilSettled();
  await passTenSeconds(6);
  expect(await store.get()).toMatchObject({ messages: 7, missed: 5 });
  workers.push(await startWorker());
  await passTenSeconds(6);
  expect(await store.get()).toMatchObject({ missed: 5 });
  // What has been told before the last one started is none of its news.
  expect(await counted()).toEqual([5, 5, 0]);
});

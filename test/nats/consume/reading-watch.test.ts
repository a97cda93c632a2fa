import { AckPolicy, type JetStreamManager } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ReadingWatch, startReadingWatch } from '../../../src/nats/consume/reading-watch.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { T0 } from '../../support/messages.ts';
import { useNatsServer } from '../../support/nats.ts';

const nats = useNatsServer();
const place = { stream: 'S', durable: 'd' };
let manager: JetStreamManager;
let clock: ManualClock;
let watch: ReadingWatch | undefined;
let told: unknown[];

beforeEach(async () => {
  manager = await nats.connection.jetstreamManager();
  await manager.streams.add({ name: 'S', subjects: ['s.>'], max_msgs: 10 });
  clock = createManualClock(T0);
  told = [];
});
afterEach(async () => {
  await watch?.stop();
  await manager.streams.delete('S').catch(() => undefined);
});

const addConsumer = () => manager.consumers.add('S', { durable_name: 'd', ack_policy: AckPolicy.Explicit });
const publish = async (count: number) => {
  for (let sent = 0; sent < count; sent += 1) await nats.connection.jetstream().publish('s.x', 'x');
};
const read = async (count: number) => {
  const consumer = await nats.connection.jetstream().consumers.get('S', 'd');
  for (let taken = 0; taken < count; taken += 1) (await consumer.next())?.ack();
  await nats.connection.flush();
};

async function start(): Promise<ReadingWatch> {
  watch = await startReadingWatch({
    manager,
    consumers: [place],
    clock,
    events: {
      lagRead: () => undefined,
      requestsMissed: (info) => told.push(info),
      messagesMissed: (info) => told.push(info),
      consumerChanged: (info) => told.push(info),
      lookFailed: () => told.push('failed'),
    },
    everyMs: 1_000,
  });
  return watch;
}
/** Lets one look begin, and end. */
async function look(): Promise<void> {
  const before = watch?.reading();
  await clock.advance(1_000);
  await expect.poll(() => watch?.reading() !== before).toBe(true);
  await clock.advance(0);
}

test('a consumer that is not there yet is no fault', async () => {
  expect((await start()).reading().lags).toEqual([]);
  await addConsumer();
  await publish(2);
  await look();
  expect(watch?.reading().lags).toMatchObject([{ ...place, unread: 2, waiting: 0, deliveries: 0 }]);
  expect(watch?.reading().lags[0]?.oldestUnreadMs).toBeGreaterThan(Date.now() - 60_000);
});

test('a consumer that is made between a question for it and the answer is not called gone', async () => {
  const started = await start();
  const { info } = manager.consumers;
  manager.consumers.info = async (...asked) => {
    const answer = await info.apply(manager.consumers, asked).catch((error: unknown) => error as Error);
    started.attach({ ...place, held: 0, hasRoom: false, askAnew: () => 0, stop: async () => undefined });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  await look();
  expect(started.reading()).toMatchObject({ lags: [], gone: [] });
  await look();
  expect(started.reading()).toMatchObject({ gone: [place] });
});

test('where messages wait twice and the server has no request, a source with room asks anew', async () => {
  await addConsumer();
  await publish(1);
  let asked = 0;
  const source = { ...place, held: 0, hasRoom: true, askAnew: () => (asked += 1), stop: async () => undefined };
  (await start()).attach(source);
  expect(asked).toBe(0);
  await look();
  expect(asked).toBe(1);
  expect(told).toEqual([{ durable: 'd', unread: 1 }]);
});

test('of a consumer that was gone and was made anew, by whoever did, a source asks at once, though nothing waits', async () => {
  await addConsumer();
  let asked = 0;
  const source = { ...place, held: 0, hasRoom: true, askAnew: () => (asked += 1), stop: async () => undefined };
  (await start()).attach(source);
  await manager.consumers.delete('S', 'd');
  await look();
  expect([watch?.reading().gone, asked]).toEqual([[place], 0]);
  await addConsumer();
  await look();
  expect([watch?.reading().gone, asked]).toEqual([[], 1]);
  await look();
  expect(asked).toBe(1);
});

test('a source that has no room is left alone', async () => {
  await addConsumer();
  await publish(1);
  let asked = 0;
  const source = { ...place, held: 9, hasRoom: false, askAnew: () => (asked += 1), stop: async () => undefined };
  (await start()).attach(source);
  await look();
  await look();
  expect(asked).toBe(0);
});

test('messages that a full stream drops unread are told, once', async () => {
  await addConsumer();
  await publish(5);
  await start();
  await read(5);
  await look();
  expect(told).toEqual([]);
  await publish(30);
  await look();
  await look();
  expect(told).toEqual([{ ...place, missed: 20, upToSeq: 25 }]);
  expect(watch?.reading().gap).toEqual({ stream: 'S', missed: 20, atMs: T0 + 2_000 });
});

test('messages that are delivered and then dropped while it looks are not told as dropped unread', async () => {
  await addConsumer();
  await publish(5);
  await start();
  await read(5);
  await look();
  await publish(10);
  const { info } = manager.streams;
  manager.streams.info = async (...asked) => {
    manager.streams.info = info;
    await read(10);
    await publish(10);
    return info.apply(manager.streams, asked);
  };
  await look();
  expect(told).toEqual([]);
  expect(watch?.reading().lags).toMatchObject([{ firstSeq: 16, deliveredSeq: 15 }]);
});

test('messages that were dropped while no worker was there are told at the start', async () => {
  await addConsumer();
  await publish(5);
  await read(5);
  await publish(30);
  await start();
  expect(told).toEqual([{ ...place, missed: 20, upToSeq: 25 }]);
});

test('a JetStream that does not answer is told, and the next answer makes it good', async () => {
  await addConsumer();
  await start();
  const { getMessage } = manager.streams;
  await publish(1);
  manager.streams.getMessage = async () => {
    throw new Error('away');
  };
  await look();
  expect(told).toEqual(['failed']);
  expect(watch?.reading().failure).toEqual(new Error('away'));
  manager.streams.getMessage = getMessage;
  await look();
  expect(watch?.reading().failure).toBeUndefined();
});

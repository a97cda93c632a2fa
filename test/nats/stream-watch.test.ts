import type { JetStreamManager } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUCKETS, STREAMS } from '../../src/contracts/subjects.ts';
import { ensureStreams, openProbes } from '../../src/nats/ensure-streams.ts';
import { type StreamWatch, startStreamWatch } from '../../src/nats/stream-watch.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { useNatsServer } from '../support/nats.ts';
import { subjects } from '../support/service.ts';

const nats = useNatsServer();
const all = [
  ...Object.values(STREAMS),
  ...[BUCKETS.runs, BUCKETS.fleet, BUCKETS.subscriptions, BUCKETS.probes].map((bucket) => `KV_${bucket}`),
];
let manager: JetStreamManager;
let watches: StreamWatch[] = [];
let madeAnew = 0;
let lost = 0;
let losses: [string, number][] = [];
let hows: string[] = [];
let deletions: [string, number][] = [];

const makeAll = async () => {
  await ensureStreams(nats.connection, subjects);
  await openProbes(nats.connection);
};
/** A worker's watch; settles when it has looked once. */
async function watch(makeAnew: () => Promise<void>): Promise<StreamWatch> {
  const looked = nats.connection.subscribe(`$JS.API.STREAM.INFO.KV_${BUCKETS.probes}`, { max: 1 });
  const started = startStreamWatch({
    manager,
    subjects,
    clock: systemClock,
    everyMs: 20,
    makeAnew,
    events: {
      streamsChanged: () => undefined,
      entriesLost(info) {
        losses.push([info.stream, info.lost]);
        hows.push(info.how);
      },
      storeLost() {
        lost += 1;
      },
      messagesDeleted: ({ stream, deleted }) => void deletions.push([stream, deleted]),
      storeMadeAnew() {
        madeAnew += 1;
      },
    },
  });
  watches.push(started);
  for await (const _ of looked) break;
  return started;
}
const missing = async () => {
  const there = await manager.streams.names().next();
  return all.filter((name) => !there.includes(name));
};

beforeEach(async () => {
  manager = await nats.connection.jetstreamManager();
  madeAnew = 0;
  lost = 0;
  losses = [];
  hows = [];
  deletions = [];
  await makeAll();
});
afterEach(async () => {
  await Promise.all(watches.map((each) => each.stop()));
  watches = [];
});

test('a store that was lost is made anew whole, though the first try breaks off half-way', async () => {
  let tries = 0;
  const watched = await watch(async () => {
    tries += 1;
    if (tries > 1) return makeAll();
    await manager.streams.add({ name: STREAMS.logs, subjects: [subjects.all('logs')], allow_direct: true });
    throw new Error('the connection broke');
  });
  await expect.poll(() => watched.problems()).toEqual([]);
  for (const name of all) await manager.streams.delete(name);
  await expect.poll(missing).toEqual([]);
  await expect.poll(() => watched.problems()).toEqual([]);
  await expect.poll(() => madeAnew).toBe(1);
  await expect.poll(() => lost).toBe(1);
});

test('a store that was lost, and that others have made anew, is told as lost too', async () => {
  const watched = await watch(makeAll);
  await watched.lookNow();
  expect(lost).toBe(0);
  for (const name of all) await manager.streams.delete(name);
  await makeAll();
  await watched.lookNow();
  await expect.poll(() => lost).toBe(1);
});

test.each([
  ['is deleted', async () => void (await manager.streams.delete(STREAMS.runs))],
  [
    'is another one',
    async () => {
      await manager.streams.delete(STREAMS.runs);
      await makeAll();
    },
  ],
])('where the stream of run events %s, what it told is lost', async (_, lose) => {
  const watched = await watch(makeAll);
  await watched.lookNow();
  await lose();
  await watched.lookNow();
  await watched.lookNow();
  expect(lost).toBe(1);
});

test('what another worker left half made is finished', async () => {
  await watch(makeAll);
  const broken = watch(async () => {
    await manager.streams.add({ name: STREAMS.logs, subjects: [subjects.all('logs')], allow_direct: true });
    throw new Error('the worker died');
  });
  await broken;
  for (const name of all) await manager.streams.delete(name);
  await expect.poll(missing).toEqual([]);
});

test('what is missing alone was deleted on purpose, and is only said', async () => {
  const watched = await watch(makeAll);
  await expect.poll(() => watched.problems()).toEqual([]);
  await manager.streams.delete(STREAMS.notices);
  await expect.poll(() => watched.problems()).toEqual([expect.stringContaining(`${STREAMS.notices} is gone`)]);
  expect([await missing(), madeAnew]).toEqual([[STREAMS.notices], 0]);
});

test('what a stream lost since its limits were smaller for a moment is told, also of a bucket', async () => {
  const jetstream = nats.connection.jetstream();
  for (let sent = 0; sent < 20; sent += 1)
    await jetstream.publish(subjects.all('acks').replace('>', `a.e.${sent}`), 'x');
  const { runs } = await ensureStreams(nats.connection, subjects);
  for (let run = 0; run < 10; run += 1) await runs.put(`a.e.${run}`, '{}');
  const watched = await watch(makeAll);
  const looks = async () => {
    await watched.lookNow();
    await watched.lookNow();
  };
  // An overwritten entry, and what somebody bounded before, are not lost.
  await runs.put('a.e.0', '{"again":true}');
  await looks();
  expect(losses).toEqual([]);
  await manager.streams.update(STREAMS.acks, { max_msgs: 5 });
  await manager.streams.update(STREAMS.acks, { max_msgs: -1 });
  await manager.streams.update(`KV_${BUCKETS.runs}`, { max_msgs: 4 });
  await manager.streams.update(`KV_${BUCKETS.runs}`, { max_msgs: -1 });
  await looks();
  expect(hows).toEqual(['dropped', 'dropped']);
  expect(losses.toSorted()).toEqual([
    [STREAMS.acks, 15],
    [`KV_${BUCKETS.runs}`, 6],
  ]);
});

test('what a limit that stands drops is not lost', async () => {
  const jetstream = nats.connection.jetstream();
  await manager.streams.update(STREAMS.acks, { max_msgs: 5 });
  const watched = await watch(makeAll);
  await watched.lookNow();
  for (let sent = 0; sent < 20; sent += 1)
    await jetstream.publish(subjects.all('acks').replace('>', `b.e.${sent}`), 'x');
  await watched.lookNow();
  await watched.lookNow();
  await jetstream.publish(subjects.all('acks').replace('>', 'b.e.again'), 'x');
  await manager.streams.update(STREAMS.acks, { max_msgs: 50 });
  await watched.lookNow();
  await watched.lookNow();
  expect(losses).toEqual([]);
  await manager.streams.update(STREAMS.acks, { max_msgs: -1 });
});

test('messages of the log stream that are deleted between others are told, what ages and what was missing before is not', async () => {
  const jetstream = nats.connection.jetstream();
  const seqs: number[] = [];
  for (let sent = 0; sent < 6; sent += 1) {
    const { seq } = await jetstream.publish(
      subjects.logs({ agent: 'c', execution: `e${sent}`, attempt: 1 }, 'stdout'),
      'x',
    );
    seqs.push(seq);
  }
  await manager.streams.deleteMessage(STREAMS.logs, seqs[2] as number);
  const watched = await watch(makeAll);
  await watched.lookNow();
  await manager.streams.update(STREAMS.logs, { max_msgs: 3 });
  await manager.streams.update(STREAMS.logs, { max_msgs: -1 });
  await watched.lookNow();
  expect(deletions).toEqual([]);
  await manager.streams.deleteMessage(STREAMS.logs, seqs[4] as number);
  await watched.lookNow();
  await watched.lookNow();
  expect(deletions).toEqual([[STREAMS.logs, 1]]);
});

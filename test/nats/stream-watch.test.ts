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

import type { JetStreamManager } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { STREAMS } from '../../src/contracts/subjects.ts';
import { type Buckets, ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createPauseKeeper } from '../../src/nats/keep-pauses.ts';
import { createLogPausesStore } from '../../src/nats/store/log-pauses-store.ts';
import { useNatsServer } from '../support/nats.ts';
import { emptyStore, setUpRun } from '../support/run-on-streams.ts';
import { subjects } from '../support/service.ts';

const nats = useNatsServer();
const errors: unknown[] = [];
const PAUSE_MS = 60_000;
const TEXT = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'text', 'Knell-Alone': 'true' };
let manager: JetStreamManager;
let buckets: Buckets;

beforeEach(async () => {
  errors.length = 0;
  await emptyStore(nats.connection);
  buckets = await ensureStreams(nats.connection, subjects);
  manager = await nats.connection.jetstreamManager();
});
afterEach(() => expect(errors).toEqual([]));

const info = () => manager.streams.info(STREAMS.logs);
const speak = async () => {
  const run = { agent: 'a', execution: 'e', attempt: 1 };
  const { seq } = await nats.connection.jetstream().publish(subjects.logs(run, 'stdout'), 'x');
  return { seq, at_ms: (await manager.streams.getMessage(STREAMS.logs, { seq })).time.getTime() };
};

/** What a worker keeps that starts now, and whose clock goes ahead by so much at each look. */
async function keeper() {
  const store = createLogPausesStore(buckets.fleet);
  let writes = 0;
  let aheadMs = 0;
  let stored = Promise.resolve();
  const see = createPauseKeeper({
    store: {
      put(pauses) {
        writes += 1;
        stored = store.put(pauses);
        return stored;
      },
    },
    known: await store.get(),
    clock: { now: () => Date.now() + aheadMs },
    onError: (error) => errors.push(error),
  });
  return {
    async lookAfter(ms: number) {
      aheadMs = ms;
      see(await info());
      await stored;
      return (await store.get())?.pauses ?? [];
    },
    writes: () => writes,
  };
}

test('after which message the log stream was given nothing for a minute is stored, once, and over restarts', async () => {
  const first = await keeper();
  expect(await first.lookAfter(PAUSE_MS)).toEqual([]);
  const end = await speak();
  expect(await first.lookAfter(PAUSE_MS - 10_000)).toEqual([]);
  expect(await first.lookAfter(PAUSE_MS)).toEqual([end]);
  expect(await first.lookAfter(2 * PAUSE_MS)).toEqual([end]);
  expect(first.writes()).toBe(1);
  await speak();
  const later = await speak();
  const second = await keeper();
  expect(await second.lookAfter(PAUSE_MS)).toEqual([end, later]);
  await manager.streams.delete(STREAMS.logs);
  await ensureStreams(nats.connection, subjects);
  const anew = await speak();
  expect(await second.lookAfter(PAUSE_MS)).toEqual([anew]);
});

test('a pause that could not be stored is stored at the next look', async () => {
  await speak();
  const { created } = await info();
  const puts: unknown[] = [];
  let isBroken = true;
  const see = createPauseKeeper({
    store: {
      async put(pauses) {
        if (isBroken) throw new Error('no responders');
        puts.push(pauses);
      },
    },
    known: undefined,
    clock: { now: () => Date.now() + PAUSE_MS },
    onError: (error) => {
      isBroken = false;
      puts.push(String(error));
    },
  });
  see(await info());
  await expect.poll(() => puts).toEqual(['Error: no responders']);
  see(await info());
  await expect.poll(() => puts.length).toBe(2);
  expect(puts[1]).toMatchObject({ created, pauses: [{ seq: 1 }] });
});

test.each([true, false])(
  'a banner that stands alone ends a run that was started after a pause, though the worker was started later: the pause is known: %s',
  async (isKnown) => {
    const { seq } = await speak();
    const { created } = await info();
    const pauses = { created, pauses: [{ seq, at_ms: Date.now() - PAUSE_MS - 1_000 }] };
    const world = await setUpRun(nats.connection, (error) => errors.push(error), isKnown ? pauses : undefined);
    await world.letAge();
    await world.tell('started', { runtime: 'claude-code' });
    await world.print(['Login expired · Please run /login'], TEXT);
    await world.goOn(41_000, true);
    expect(world.publisher.aborts).toHaveLength(isKnown ? 1 : 0);
  },
);

import { connect, DiscardPolicy, type JetStreamManager, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newRunState } from '../../src/classify/run-state.ts';
import { type Buckets, ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createPublisher } from '../../src/nats/publisher.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import { touchEntry } from '../../src/nats/store/touch-entry.ts';
import type { RunStore } from '../../src/pipeline/ports/ports.ts';
import { type WatchedWrites, watchWrites } from '../../src/service/write-health.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';

import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { abortCommand, T0 } from '../support/messages.ts';
import { subjects } from '../support/service.ts';

const notice = { schema: 'knell.notice/v1', kind: 'rules', at: '2026-01-01T00:00:00.000Z', message: 'x' } as const;
const CONFIG = `authorization { users = [
  { user: k, password: k, permissions: { publish: { allow: ">", deny: ["$KV.knell_runs.a.refused.1", "knell.notices.rules.refused"] } } },
] }`;
const TRY_MS = 5_000;
const runOf = (execution: string) => ({ agent: 'a', execution, attempt: 1 });

let server: ConfiguredServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let buckets: Buckets;
let clock: ManualClock;
let writes: WatchedWrites;
let store: RunStore;

beforeAll(async () => {
  server = await startConfiguredServer(CONFIG);
  connection = await connect({ servers: `127.0.0.1:${server.port}`, user: 'k', pass: 'k' });
  manager = await connection.jetstreamManager();
  buckets = await ensureStreams(connection, subjects);
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});
beforeEach(() => {
  const { runs, fleet, subscriptions } = buckets;
  clock = createManualClock(T0);
  writes = watchWrites({
    publisher: createPublisher(connection, manager, subjects),
    manager,
    subjects,
    clock,
    touch: {
      runs: (key) => touchEntry(runs, key),
      fleet: (key) => touchEntry(fleet, key),
      subscriptions: (key) => touchEntry(subscriptions, key),
    },
    tryEveryMs: TRY_MS,
  });
  store = writes.runs(createRunStore(runs, () => undefined));
});
afterEach(() => writes.stop());

/** What is known once what was refused has been tried again. */
async function known() {
  await clock.advance(TRY_MS);
  return writes.health.obstacles();
}

test('what is not written again is tried again: a notice that was refused once is stored, and all is well', async () => {
  await manager.streams.update('KNELL_NOTICES', { subjects: ['elsewhere.>'] });
  await expect(writes.publisher.notice(notice, ['late'])).rejects.toThrow();
  expect(writes.health.obstacles()).toEqual([
    expect.stringMatching(/^knell could not publish notices \(KNELL_NOTICES\): no stream takes it.*\(rules late\)$/),
  ]);
  await expect
    .poll(() => writes.health.obstacles())
    .toEqual([
      expect.stringContaining('the stream KNELL_NOTICES does not listen to knell.notices.> (it has: elsewhere.>)'),
    ]);
  await manager.streams.update('KNELL_NOTICES', { subjects: ['knell.notices.>'] });
  await expect.poll(known).toEqual([]);
  const stored = await manager.streams.getMessage('KNELL_NOTICES', { last_by_subj: 'knell.notices.rules.late' });
  expect(stored.json()).toEqual(notice);
});

test('what is refused for good is told for as long, with its name, whatever else is written', async () => {
  await expect(store.put(newRunState(runOf('refused')), 0)).rejects.toThrow();
  await expect(writes.publisher.notice(notice, ['refused'])).rejects.toThrow();
  for (let round = 0; round < 30; round++) {
    await store.put(newRunState(runOf(`other-${round}`)), 0);
    await writes.publisher.notice(notice, ['fine']);
    expect(await known()).toEqual([
      expect.stringMatching(/^knell could not publish notices .*\(rules refused\)$/),
      expect.stringMatching(/^knell could not store what it knows of runs .*\(a\.refused\.1\)$/),
    ]);
  }
}, 120_000);

test('an entry that was refused is tried as it stands, with the same outcome for who reads it', async () => {
  const [old, none] = [runOf('old'), runOf('none')];
  await store.put(newRunState(old), 0);
  await manager.streams.update('KV_knell_runs', { max_bytes: 100 });
  const before = await store.get(old);
  for (const run of [old, none]) {
    await expect(
      store.put({ ...newRunState(run), started_ms: 1 }, before && run === old ? before.revision : 0),
    ).rejects.toThrow();
  }
  expect(await known()).toEqual([expect.stringMatching(/maximum bytes exceeded.*\(a\.none\.1, and 1 more\)$/)]);
  await manager.streams.update('KV_knell_runs', { max_bytes: -1 });
  await expect.poll(known).toEqual([]);
  expect((await store.get(old))?.state).toEqual(before?.state);
  expect(await store.get(none)).toBeUndefined();
  expect(await store.put(newRunState(none), 0)).toBe(true);
});

test('a command is left to who decides: it is settled by whoever stores the run, or when nobody tries it any more', async () => {
  const [stored, left] = [runOf('stored'), runOf('left')];
  await manager.streams.update('KNELL_ABORTS', { max_bytes: 100, discard: DiscardPolicy.New });
  for (const run of [stored, left]) await expect(writes.publisher.abort(abortCommand(run))).rejects.toThrow();
  await manager.streams.update('KNELL_ABORTS', { max_bytes: -1, discard: DiscardPolicy.Old });
  expect(await known()).toEqual([expect.stringMatching(/\(a\.left\.1, and 1 more\)$/)]);
  // Another worker.
  await createRunStore(buckets.runs, () => undefined).put(newRunState(stored), 0);
  await expect
    .poll(async () => (clock.now() < T0 + 100_000 ? await known() : []))
    .toEqual([expect.stringMatching(/\(a\.left\.1\)$/)]);
  await clock.advance(120_000);
  await expect.poll(known).toEqual([]);
  expect((await manager.streams.info('KNELL_ABORTS')).state.messages).toBe(0);
});

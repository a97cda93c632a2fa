import { AckPolicy } from 'nats';
import { afterEach, expect, test } from 'vitest';
import { type Balance, judgeBalance, readBalance, remainderOf } from '../../src/cli/doctor/look-at-account.ts';
import { type AccountEntry, EMPTY_ACCOUNT, MOST_RANGES } from '../../src/contracts/account.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createAccountStore } from '../../src/nats/store/account-store.ts';
import { type Account, startAccount } from '../../src/service/account.ts';
import type { Service } from '../../src/service/service.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { T0 } from '../support/messages.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

const nats = useNatsServer();
let service: Service | undefined;
afterEach(() => service?.stop());

test('what is counted is stored together now and then, and what could not be stored is not forgotten', async () => {
  const clock = createManualClock(T0);
  const stored: AccountEntry[] = [];
  let away = true;
  const warned: unknown[] = [];
  const account = startAccount(
    {
      async add(entry) {
        if (away) throw new Error('away');
        stored.push(entry);
        return EMPTY_ACCOUNT;
      },
    },
    clock,
    { warn: (...told: unknown[]) => warned.push(told) },
  );
  account.decided({ seq: 1, bytes: 10, storedMs: T0 });
  await clock.advance(10_000);
  expect([stored, warned.length]).toEqual([[], 1]);
  away = false;
  account.decided({ seq: 2, bytes: 1, storedMs: T0 });
  account.decided({ seq: 3, bytes: 1, storedMs: T0 });
  account.rejected({ seq: 4, storedMs: T0 });
  await clock.advance(10_000);
  const decided = [
    { seqs: [1, 3], bytes: 12, atMs: T0 },
    { seqs: [4, 4], bytes: 0, atMs: T0, as: 'rejected' },
  ];
  expect(stored).toEqual([{ decided }]);
  await clock.advance(10_000);
  account.gone({ seq: 9, storedMs: T0 });
  await account.stop();
  expect(stored).toEqual([{ decided }, { decided: [{ seqs: [9, 9], bytes: 0, atMs: T0, as: 'missed' }] }]);
});

test('what can not be stored for long is kept within bounds, the newest of it', async () => {
  const clock = createManualClock(T0);
  const stored: AccountEntry[] = [];
  let away = true;
  const add = async (entry: AccountEntry) => {
    if (away) throw new Error('away');
    stored.push(entry);
    return EMPTY_ACCOUNT;
  };
  const account = startAccount({ add }, clock, { warn: () => undefined });
  // Another worker has every second message.
  for (let seq = 1; seq <= 240_001; seq += 2) account.decided({ seq, bytes: 1, storedMs: T0 });
  await clock.advance(10_000);
  away = false;
  await clock.advance(10_000);
  expect(stored[0]?.decided).toHaveLength(100_000);
  expect(stored[0]?.decided?.at(-1)?.seqs).toEqual([240_001, 240_001]);
  await account.stop();
});

test('the account of two workers after one another adds up to what the stream stored', async () => {
  const { connection } = nats;
  const { fleet } = await ensureStreams(connection, subjects);
  const run = { agent: 'a', execution: 'e', attempt: 1 };
  for (const round of [1, 2]) {
    service = await startTestService(nats.server.url, rulesFrom('rules: []'));
    for (let sent = 0; sent < 10; sent += 1) await say(connection, run, 'stdout', [`round ${round}`]);
    await say(connection, run, 'stdout', ['x'], { 'Knell-Codec': 'nonsense' });
    await untilAllIsRead(connection);
    await service.stop();
  }
  const { state } = await (await connection.jetstreamManager()).streams.info('KNELL_LOGS');
  const { messages, rejected, dead, missed } = await createAccountStore(fleet).get();
  expect({ messages, rejected, dead, missed }).toEqual({ messages: 20, rejected: 2, dead: 0, missed: 0 });
  expect(messages + rejected).toBe(state.last_seq);
});

test('what is decided once more, as when a worker was frozen, counts once; a stream that was made anew has its own account', async () => {
  const { connection } = nats;
  const { fleet } = await ensureStreams(connection, subjects);
  const manager = await connection.jetstreamManager();
  const run = { agent: 'a', execution: 'again', attempt: 1 };
  const readAll = async () => {
    service = await startTestService(nats.server.url, rulesFrom('rules: []'));
    await untilAllIsRead(connection);
    await service.stop();
    return remainderOf((await readBalance(manager, createAccountStore(fleet))) as Balance);
  };
  for (let sent = 0; sent < 10; sent += 1) await say(connection, run, 'stdout', ['x']);
  expect(await readAll()).toBe(0);
  // All of it is delivered again.
  await manager.consumers.delete('KNELL_LOGS', 'knell_workers');
  for (let sent = 0; sent < 5; sent += 1) await say(connection, run, 'stdout', ['y']);
  // The two that are rejected twice count once, as those that are decided twice.
  expect(await readAll()).toBe(0);
  await manager.streams.delete('KNELL_LOGS');
  await ensureStreams(connection, subjects);
  for (let sent = 0; sent < 3; sent += 1) await say(connection, run, 'stdout', ['z']);
  expect(await readAll()).toBe(0);
  expect(await createAccountStore(fleet).get()).toMatchObject({ messages: 3, rejected: 0 });
});

test('where more gaps stand than are kept, and where messages were deleted by hand, the account says that it can’t tell', async () => {
  const { connection } = nats;
  const manager = await connection.jetstreamManager();
  await manager.streams.delete('KNELL_LOGS');
  const { fleet } = await ensureStreams(connection, subjects);
  await manager.consumers.add('KNELL_LOGS', { durable_name: 'knell_workers', ack_policy: AckPolicy.Explicit });
  const store = createAccountStore(fleet);
  const run = { agent: 'a', execution: 'gaps', attempt: 1 };
  const half = MOST_RANGES + 50;
  const { messages: before } = (await manager.streams.info('KNELL_LOGS')).state;
  for (let sent = 0; sent < 2 * half; sent += 1) connection.publish(subjects.logs(run, 'stdout'), 'x');
  await expect.poll(async () => (await manager.streams.info('KNELL_LOGS')).state.messages).toBe(before + 2 * half);
  const decided = (seq: number) => ({ seqs: [seq, seq] as [number, number], bytes: 2, atMs: Date.now() + 60_000 });
  const every = (remainder: number) => Array.from({ length: half }, (_, index) => decided(2 * index + 1 + remainder));
  const judge = async () => {
    const balance = (await readBalance(manager, store)) as Balance;
    return judgeBalance({ ...balance, unread: 0 });
  };
  // Another worker stores the other half of what was read later.
  await store.add({ decided: every(0) });
  await store.add({ decided: every(1) });
  expect(await judge()).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('+ 50 that may or may not'),
  });
  expect((await judge()).message).not.toContain('not accounted for');
  const gone = await say(connection, run, 'stdout', ['deleted']);
  await say(connection, run, 'stdout', ['x']);
  await manager.streams.deleteMessage('KNELL_LOGS', gone);
  await store.add({ decided: [decided(gone + 1)] });
  expect(await judge()).toMatchObject({ level: 'warning', message: expect.stringContaining('1 were deleted') });
});

test('what the stream drops unread counts once, however many workers see it', async () => {
  const { connection } = nats;
  const manager = await connection.jetstreamManager();
  await ensureStreams(connection, subjects);
  await manager.streams.delete('KNELL_LOGS');
  const { fleet } = await ensureStreams(connection, subjects);
  const run = { agent: 'a', execution: 'full', attempt: 1 };
  await manager.consumers.add('KNELL_LOGS', {
    durable_name: 'knell_workers',
    filter_subject: 'knell.logs.>',
    ack_policy: AckPolicy.Explicit,
  });
  const workers: Service[] = [];
  try {
    await manager.streams.update('KNELL_LOGS', { max_msgs: 5 });
    for (let sent = 0; sent < 25; sent += 1) await say(connection, run, 'stdout', ['unread']);
    // Both start before either reads, as two that are restarted together.
    workers.push(...(await Promise.all([1, 2].map(() => startTestService(nats.server.url, rulesFrom('rules: []'))))));
    await untilAllIsRead(connection);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await manager.streams.update('KNELL_LOGS', { max_msgs: -1 });
  }
  expect(await createAccountStore(fleet).get()).toMatchObject({ messages: 5, missed: 20 });
});

test('a message that the stream dropped while one worker had it, and that another has decided or put aside, counts once', async () => {
  const { connection } = nats;
  const manager = await connection.jetstreamManager();
  await manager.streams.delete('KNELL_LOGS');
  const { fleet } = await ensureStreams(connection, subjects);
  const run = { agent: 'a', execution: 'frozen', attempt: 1 };
  for (let sent = 0; sent < 4; sent += 1) await say(connection, run, 'stdout', ['x']);
  const storedMs = Date.now() + 60_000;
  const [awake, frozen, again] = [1, 2, 3].map(() =>
    startAccount(createAccountStore(fleet), createManualClock(T0), { warn: () => undefined }),
  ) as [Account, Account, Account];
  awake.decided({ seq: 1, bytes: 2, storedMs });
  awake.died({ seq: 2, storedMs });
  for (const seq of [1, 2, 3]) frozen.gone({ seq, storedMs });
  again.gone({ seq: 3, storedMs });
  again.died({ seq: 2, storedMs });
  again.rejected({ seq: 4, storedMs });
  await awake.stop();
  await Promise.all([frozen.stop(), again.stop()]);
  expect(await createAccountStore(fleet).get()).toMatchObject({ messages: 1, dead: 1, missed: 1, rejected: 1 });
});

test('what the stream dropped while the workers were killed that saw it is counted by those that start next, once', async () => {
  const { connection } = nats;
  const manager = await connection.jetstreamManager();
  await manager.streams.delete('KNELL_LOGS');
  const { fleet } = await ensureStreams(connection, subjects);
  const start = () => startAccount(createAccountStore(fleet), createManualClock(T0), { warn: () => undefined });
  const atMs = Date.now() + 60_000;
  const look = (from: number | undefined, deliveredSeq: number, deliveries: number, firstSeq: number) => ({
    ...(from !== undefined && { before: { seq: from, deliveries: from } }),
    now: { deliveredSeq, deliveries, firstSeq },
    atMs,
  });
  const missed = async () => (await createAccountStore(fleet).get()).missed;
  const [one, other] = [start(), start()];
  for (const account of [one, other]) account.looked(look(undefined, 0, 0, 1));
  one.decided({ seq: 10, bytes: 1, storedMs: atMs });
  one.looked(look(0, 10, 10, 1));
  await one.stop();
  // 11 to 30 are dropped unread; of the two that see it none lives long enough to store it.
  for (const account of [start(), other]) account.looked(look(10, 40, 20, 31));
  const next = [start(), start()];
  for (const account of next) account.looked(look(undefined, 50, 30, 31));
  await Promise.all(next.map((account) => account.stop()));
  expect(await missed()).toBe(20);
  await other.stop();
  expect(await missed()).toBe(20);
});

import type { JetStreamManager } from 'nats';
import { beforeEach, expect, test } from 'vitest';
import { STREAMS } from '../../src/contracts/subjects.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createLogBegin } from '../../src/nats/log-begin.ts';
import { lossesOf } from '../../src/nats/stream-losses.ts';
import { useNatsServer } from '../support/nats.ts';
import { emptyStore } from '../support/run-on-streams.ts';
import { subjects } from '../support/service.ts';

const nats = useNatsServer();
const LOGS = STREAMS.logs;
let manager: JetStreamManager;

beforeEach(async () => {
  await emptyStore(nats.connection);
  await ensureStreams(nats.connection, subjects);
  manager = await nats.connection.jetstreamManager();
});

const speak = async (execution: string) =>
  (await nats.connection.jetstream().publish(subjects.logs({ agent: 'a', execution, attempt: 1 }, 'stdout'), 'x')).seq;

/** A first message, so many holes, and a message behind them: of one subject only the last message is kept for a while. */
async function leaveHoles(count: number): Promise<number> {
  await speak('first');
  await manager.streams.update(LOGS, { max_msgs_per_subject: 1 });
  const subject = subjects.logs({ agent: 'a', execution: 'many', attempt: 1 }, 'stdout');
  const data = Buffer.from('x');
  for (let sent = 0; sent < count; sent += 1) nats.connection.publish(subject, data);
  const seq = await speak('many');
  await manager.streams.update(LOGS, { max_msgs_per_subject: -1 });
  return seq;
}

test('behind many messages that were deleted the log stream is whole, and which they are is asked once for each deletion', async () => {
  const behind = await leaveHoles(12_000);
  let asked = 0;
  const requests = nats.connection.subscribe(`$JS.API.STREAM.INFO.${LOGS}`, {
    callback: (_, { data }) => {
      if (Buffer.from(data).includes('deleted_details')) asked += 1;
    },
  });
  const log = createLogBegin(manager);
  const { time } = await manager.streams.getMessage(LOGS, { seq: behind });
  const begun = { seq: behind, atMs: time.getTime() };
  const later = await speak('later');
  expect(await Promise.all([log.begin(), log.begin()])).toEqual([begun, begun]);
  expect(await log.begin()).toEqual(begun);
  await nats.connection.flush();
  const askedAtFirst = asked;
  await speak('last');
  // What the stream drops of the holes at its front is no new one.
  await manager.streams.deleteMessage(LOGS, 1);
  expect(await log.begin()).toEqual(begun);
  await manager.streams.deleteMessage(LOGS, later);
  expect((await log.begin()).seq).toBe(later + 1);
  const more = await speak('more');
  await speak('end');
  await manager.streams.deleteMessage(LOGS, more);
  // However many runs it decides.
  const begins = await Promise.all(Array.from({ length: 50 }, () => log.begin()));
  expect(new Set(begins.map(({ seq }) => seq))).toEqual(new Set([more + 1]));
  await nats.connection.flush();
  requests.unsubscribe();
  expect([askedAtFirst, asked - askedAtFirst]).toEqual([1, 2]);
});

test('a server that names fewer than are missing, as one that was killed may, is not asked anew for each decision', async () => {
  const behind = await leaveHoles(100);
  await speak('later');
  let asked = 0;
  const { info } = manager.streams;
  manager.streams.info = async (...about) => {
    const answer = await info.apply(manager.streams, about);
    if (!about[1]?.deleted_details) return answer;
    asked += 1;
    return { ...answer, state: { ...answer.state, deleted: answer.state.deleted?.slice(60) ?? [] } };
  };
  const log = createLogBegin(manager);
  for (let decided = 0; decided < 5; decided += 1) expect((await log.begin()).seq).toBe(behind);
  expect(asked).toBe(1);
  const gone = await speak('gone');
  await speak('end');
  expect((await log.begin()).seq).toBe(behind);
  expect(asked).toBe(1);
  await manager.streams.deleteMessage(LOGS, gone);
  expect((await log.begin()).seq).toBe(gone + 1);
  expect(asked).toBe(2);
});

test('where too many were deleted to be asked for, nothing before now counts as whole, and that is told', async () => {
  await leaveHoles(100_001);
  const end = await speak('later');
  expect((await createLogBegin(manager).begin()).seq).toBe(end + 1);
  expect(lossesOf(await manager.streams.info(LOGS))).toEqual([
    expect.stringContaining('lacks 100001 messages that stood between others'),
  ]);
});

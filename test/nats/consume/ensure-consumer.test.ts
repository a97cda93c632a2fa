import { AckPolicy, DeliverPolicy } from 'nats';
import { beforeEach, expect, test } from 'vitest';
import { readLag } from '../../../src/nats/consume/consumer-lag.ts';
import { ensureConsumer } from '../../../src/nats/consume/ensure-consumer.ts';
import { useNatsServer } from '../../support/nats.ts';

const nats = useNatsServer();
const config = {
  durable_name: 'd',
  filter_subject: 's.>',
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  max_deliver: -1,
};
let stream: string;

beforeEach(async ({ task }) => {
  stream = `S${task.id.replace(/\W/g, '')}`;
  const manager = await nats.connection.jetstreamManager();
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
});

test('a consumer is created once, and is the same the second time', async () => {
  const manager = await nats.connection.jetstreamManager();
  const mine = { ...config, filter_subject: `${stream}.>` };
  await ensureConsumer(manager, stream, mine);
  await ensureConsumer(manager, stream, mine);
  expect((await manager.consumers.info(stream, 'd')).config).toMatchObject(mine);
});

test.each([
  ['begins with what is new', { deliver_policy: DeliverPolicy.New }, 'deliver policy new'],
  ['acknowledges all at once', { ack_policy: AckPolicy.All }, 'ack policy all, not explicit'],
])('one made by hand that %s is named with what to do, and left alone', async (_, other, reason) => {
  const manager = await nats.connection.jetstreamManager();
  const mine = { ...config, filter_subject: `${stream}.>` };
  await manager.consumers.add(stream, { ...mine, ...other });
  await expect(ensureConsumer(manager, stream, mine)).rejects.toMatchObject({
    code: 'CONSUMER_MISFIT',
    message: expect.stringMatching(new RegExp(`${reason}.*nats consumer rm ${stream} d`)),
  });
  expect((await manager.consumers.info(stream, 'd')).config).toMatchObject(other);
});

const publish = async (count: number) => {
  for (let sent = 0; sent < count; sent += 1) await nats.connection.jetstream().publish(`${stream}.x`, 'x');
};

/** What is handed out until nothing more comes, acknowledged. */
async function readAll(): Promise<number[]> {
  const seqs: number[] = [];
  for await (const message of nats.connection.jetstream().fetch(stream, 'd', { batch: 100, expires: 200 })) {
    seqs.push(message.seq);
    await message.ackAck();
  }
  return seqs;
}

test.each([
  ['no filter', undefined],
  ['a wider filter', '>'],
])('one that has %s keeps that, and hands out what was unread', async (_, filter_subject) => {
  const manager = await nats.connection.jetstreamManager();
  const mine = { ...config, filter_subject: `${stream}.>` };
  const { filter_subject: __, ...unfiltered } = mine;
  await manager.consumers.add(stream, { ...unfiltered, ...(filter_subject && { filter_subject }) });
  await publish(3);
  await readAll();
  await publish(2);
  await ensureConsumer(manager, stream, mine);
  expect(await readAll()).toEqual([4, 5]);
  expect((await readLag(manager, stream, 'd', mine.filter_subject))?.misfits).toBeUndefined();
});

test.each(['.x', '.other.>'])('one that reads only %s is named with what to do, and left alone', async (part) => {
  const manager = await nats.connection.jetstreamManager();
  const mine = { ...config, filter_subject: `${stream}.>` };
  await manager.consumers.add(stream, { ...mine, filter_subject: `${stream}${part}` });
  await expect(ensureConsumer(manager, stream, mine)).rejects.toMatchObject({
    code: 'CONSUMER_MISFIT',
    message: expect.stringContaining(`reads only ${stream}${part}, not ${stream}.>`),
  });
  expect((await manager.consumers.info(stream, 'd')).config.filter_subject).toBe(`${stream}${part}`);
});

test('one that has passed over messages, since somebody changed its filter, does not fit any more', async () => {
  const manager = await nats.connection.jetstreamManager();
  const { filter_subject: _, ...unfiltered } = config;
  await manager.consumers.add(stream, unfiltered);
  await publish(3);
  await readAll();
  const misfits = async () => (await readLag(manager, stream, 'd', `${stream}.>`))?.misfits;
  expect(await misfits()).toBeUndefined();
  await manager.consumers.update(stream, 'd', { filter_subject: `${stream}.>` });
  await publish(2);
  expect(await readAll()).toEqual([]);
  expect(await misfits()).toEqual(['has passed over messages that its stream holds, and hands them out no more']);
  for (const seq of [4, 5]) await manager.streams.deleteMessage(stream, seq);
  expect(await misfits()).toBeUndefined();
});

import { AckPolicy, DeliverPolicy } from 'nats';
import { beforeEach, expect, test } from 'vitest';
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

import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createNatsRecordSource, type NatsRecordSourceOptions } from '../../../src/nats/consume/record-source.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/nats/embedded-server.ts';
import type { RecordSource, SourcedRecord } from '../../../src/pipeline/ports/record-source.ts';

const durable = 'knell_fluentd';
let server: EmbeddedServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let stream: string;
let tests = 0;
const sources: RecordSource[] = [];

beforeAll(async () => {
  server = await startEmbeddedServer();
  connection = await connect({ servers: server.url });
  manager = await connection.jetstreamManager();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});
beforeEach(() => {
  stream = `TEST_${++tests}`;
});
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close();
});

const addStream = () => manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
const publish = async (...texts: string[]) => {
  for (const text of texts) await connection.jetstream().publish(`${stream}.x`, text);
};

function openSource(options: Partial<NatsRecordSourceOptions> = {}): RecordSource {
  const source = createNatsRecordSource({ connection, stream, durable, ...options });
  sources.push(source);
  return source;
}

async function take(source: RecordSource): Promise<SourcedRecord> {
  const record = await source.next();
  if (!record) throw new Error('the source is closed');
  return record;
}

const waitingRequests = () =>
  manager.consumers.info(stream, durable).then(
    (info) => info.num_waiting,
    () => undefined,
  );

const textOf = (record: SourcedRecord) => Buffer.from(record.data).toString();

test('records come in order, from before the source was there and after', async () => {
  await addStream();
  await publish('a', 'b');
  const source = openSource();
  const texts: string[] = [];
  for (const later of ['c', 'd', undefined, undefined]) {
    const record = await take(source);
    expect(record.subject).toBe(`${stream}.x`);
    expect(record.deliveries).toBe(1);
    expect(Math.abs(record.storedAtMs - Date.now())).toBeLessThan(60_000);
    texts.push(textOf(record));
    await record.ack();
    if (later) await publish(later);
  }
  expect(texts).toEqual(['a', 'b', 'c', 'd']);
  expect(await manager.consumers.info(stream, durable)).toMatchObject({ num_ack_pending: 0, num_pending: 0 });
});

test('a record put off comes again, counted, and others pass it meanwhile', async () => {
  await addStream();
  await publish('a', 'b');
  const source = openSource();
  // Long enough for the other one to be asked for first, also on a busy machine.
  (await take(source)).retryLater(2_000);
  const b = await take(source);
  expect(textOf(b)).toBe('b');
  await b.ack();
  const again = await take(source);
  expect([textOf(again), again.deliveries]).toEqual(['a', 2]);
  await again.ack();
});

test('a rejected record is settled and does not come again', async () => {
  await addStream();
  await publish('bad', 'good');
  const source = openSource();
  (await take(source)).reject();
  const good = await take(source);
  await good.ack();
  expect(textOf(good)).toBe('good');
  expect(await manager.consumers.info(stream, durable)).toMatchObject({ num_ack_pending: 0, num_pending: 0 });
});

test('a record that comes while the source is closing goes back to the stream, at once', async () => {
  await addStream();
  const first = openSource();
  const waiting = first.next();
  await expect.poll(waitingRequests).toBe(1);
  await first.close();
  expect(await waiting).toBeUndefined();
  await publish('a');
  const again = await take(openSource());
  // The ack wait is half a minute: were it still out, it would not be here within the test's time.
  expect([textOf(again), again.deliveries]).toEqual(['a', 2]);
  await again.ack();
});

test('close ends a next that is waiting, and may be called before and after', async () => {
  await addStream();
  const source = openSource();
  const waiting = source.next();
  await source.close();
  await source.close();
  expect(await waiting).toBeUndefined();
  const unused = openSource();
  await unused.close();
  expect(await unused.next()).toBeUndefined();
});

test('two sources of one name share the records', async () => {
  await addStream();
  const [one, two] = [openSource(), openSource()];
  const taken = Promise.all([take(one), take(two)]);
  await publish('a', 'b');
  const records = await taken;
  expect(records.map(textOf).sort()).toEqual(['a', 'b']);
  for (const record of records) await record.ack();
});

test('a stream that is missing is an error now, and no obstacle once it is there', async () => {
  const source = openSource();
  await expect(source.next()).rejects.toThrow('stream not found');
  await addStream();
  await publish('a');
  expect(textOf(await take(source))).toBe('a');
});

test('a consumer deleted from outside is an error once, then created again', async () => {
  await addStream();
  const source = openSource();
  const waiting = source.next();
  waiting.catch(() => {});
  await expect.poll(waitingRequests).toBe(1);
  await manager.consumers.delete(stream, durable);
  await expect(waiting).rejects.toThrow('consumer deleted');
  await publish('a');
  expect(textOf(await take(source))).toBe('a');
});

test.each([
  ['a push consumer', { deliver_subject: 'elsewhere' }, 'it pushes its messages to one subject'],
  ['no acknowledgements', { ack_policy: 'none' }, 'it has the ack policy none, not explicit'],
  ['a delivery limit', { max_deliver: 5 }, 'it gives up after 5 deliveries'],
  ['a late beginning', { deliver_policy: 'new' }, 'it begins elsewhere than at the first message (deliver policy new)'],
])('an existing consumer with %s is refused with the reason and left alone', async (_, config, reason) => {
  await addStream();
  const misfit = { durable_name: durable, ack_policy: 'explicit', ...config };
  await manager.consumers.add(stream, misfit as Parameters<typeof manager.consumers.add>[1]);
  await expect(openSource().next()).rejects.toMatchObject({
    code: 'CONSUMER_MISFIT',
    message: expect.stringContaining(reason),
  });
  expect((await manager.consumers.info(stream, durable)).config).toMatchObject(config);
});

test('a source that waits for long and reads much leaves nothing behind on the connection', async () => {
  await addStream();
  // A connection of its own: on the others' one, requests of sources that were closed may still end meanwhile.
  const own = await connect({ servers: server.url });
  const source = openSource({ connection: own });
  const inside = own as unknown as {
    protocol: { listeners: unknown[]; subscriptions: { subs: Map<number, unknown> } };
  };
  const held = () => [inside.protocol.listeners.length, inside.protocol.subscriptions.subs.size];
  await publish('first');
  await (await take(source)).ack();
  const before = held();
  for (let n = 0; n < 50; n++) {
    await publish('x');
    await (await take(source)).ack();
  }
  expect(held()).toEqual(before);
  await own.close();
});

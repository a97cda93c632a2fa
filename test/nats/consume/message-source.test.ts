import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, connect, headers, type JetStreamManager, type JsMsg, type NatsConnection, nanos } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  eachAlone,
  type MessageSource,
  type MessageSourceOptions,
  startMessageSource,
} from '../../../src/nats/consume/message-source.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/nats/embedded-server.ts';

const [stream, durable] = ['S', 'd'];
let storeDir: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let sources: MessageSource[] = [];

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'knell-source-'));
  server = await startEmbeddedServer({ storeDir });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  manager = await connection.jetstreamManager();
  await manager.streams.add({ name: stream, subjects: ['s.>'] });
});
afterEach(async () => {
  await Promise.all(sources.map((source) => source.stop()));
  sources = [];
  await connection.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

async function start(
  handle: (message: JsMsg) => Promise<void> | undefined,
  options: Partial<MessageSourceOptions> = {},
): Promise<MessageSource> {
  const all = { connection, stream, durable, subject: 's.>', maxBytes: 8 * 1024 * 1024, ...options };
  const source = await startMessageSource(
    all,
    eachAlone((message, { acks }) => {
      const done = handle(message);
      if (!done) {
        acks.add(message);
        return undefined;
      }
      return done.then(() => acks.add(message));
    }),
  );
  sources.push(source);
  return source;
}

async function publish(count: number, bytes: number, subjectOf: (index: number) => string = () => 's.x') {
  const data = Buffer.alloc(bytes, 'a');
  // All are sent at once: on a busy machine the last of them waits for its answer longer than the client's five seconds.
  const jetstream = connection.jetstream({ timeout: 120_000 });
  await Promise.all(Array.from({ length: count }, (_, index) => jetstream.publish(subjectOf(index), data)));
}

/** A promise, and what settles it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const info = () => manager.consumers.info(stream, durable);
const allRead = () => info().then(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending);

test('short messages and then long ones are all read', async () => {
  await publish(300, 1);
  await publish(300, 16 * 1024);
  await publish(5, 900_000);
  let read = 0;
  const count = (): undefined => {
    read += 1;
  };
  await start(() => count());
  await expect.poll(allRead).toBe(0);
  expect(read).toBe(605);
});

test('a slow reader holds a bounded number, and the rest stays in the stream', async () => {
  await publish(2_000, 4_096, (index) => `s.${index}`);
  const { opened, open } = gate();
  let read = 0;
  const source = await start(async () => {
    read += 1;
    await opened;
  });
  await expect.poll(() => source.held).toBeGreaterThanOrEqual(256);
  const { num_ack_pending: out, num_pending: left } = await info();
  expect(out).toBeLessThanOrEqual(512);
  expect(left).toBeGreaterThanOrEqual(2_000 - 512);
  open();
  await expect.poll(allRead).toBe(0);
  expect(read).toBe(2_000);
  expect(source.held).toBe(0);
});

test('a slow reader holds a bounded number of bytes', async () => {
  await publish(100, 500_000, (index) => `s.${index}`);
  const { opened, open } = gate();
  const source = await start(() => opened, { maxBytes: 4 * 1024 * 1024 });
  await expect.poll(() => source.held).toBeGreaterThanOrEqual(8);
  // What is held when asking stops, and two requests of half as much that may be out by then.
  expect((await info()).num_ack_pending * 500_000).toBeLessThanOrEqual(8 * 1024 * 1024);
  open();
  await expect.poll(allRead).toBe(0);
});

test('messages of one subject are handled one after the other, of others meanwhile', async () => {
  const { opened, open } = gate();
  const order: string[] = [];
  await start(async ({ subject, seq }) => {
    order.push(`${subject} ${seq}`);
    if (seq === 1) await opened;
    order.push(`${subject} ${seq} done`);
  });
  await connection.jetstream().publish('s.a');
  await connection.jetstream().publish('s.a');
  await connection.jetstream().publish('s.b');
  await expect.poll(() => order).toEqual(['s.a 1', 's.b 3', 's.b 3 done']);
  open();
  await expect.poll(allRead).toBe(0);
  expect(order.slice(3)).toEqual(['s.a 1 done', 's.a 2', 's.a 2 done']);
});

test('a message under way for longer than the ack wait is not handed out twice', async () => {
  const { opened, open } = gate();
  let handled = 0;
  // One each third of the ack wait: the fourth comes when it is over.
  const inProgress: string[] = [];
  connection.subscribe('$JS.ACK.>', {
    callback: (_, message) => {
      if (message.string() === '+WPI' && inProgress.push(message.subject) === 4) open();
    },
  });
  await start(
    async () => {
      handled += 1;
      await opened;
    },
    { ackWaitMs: 2_000 },
  );
  await connection.jetstream().publish('s.a');
  await opened;
  await expect.poll(allRead).toBe(0);
  expect(handled).toBe(1);
});

test('stopping finishes what is under way and gives back the rest at once', async () => {
  const { opened, open } = gate();
  const first = await start(() => opened, { ackWaitMs: 30_000 });
  await publish(100, 10);
  await expect.poll(() => first.held).toBe(100);
  const stopped = first.stop();
  open();
  await stopped;
  let read = 0;
  const count = (): undefined => {
    read += 1;
  };
  // The ack wait is half a minute: had they not been given back, they would not be here within the test's time.
  await start(() => count(), { ackWaitMs: 30_000 });
  await expect.poll(() => read).toBe(99);
  await expect.poll(allRead).toBe(0);
});

test('stopping does not wait for ever for what does not end', async () => {
  const source = await start(() => new Promise(() => undefined), { stopWithinMs: 50 });
  await publish(1, 10);
  await expect.poll(() => source.held).toBe(1);
  await source.stop();
});

test('a consumer that somebody deleted is made again', async () => {
  let read = 0;
  const count = (): undefined => {
    read += 1;
  };
  await start(() => count());
  await publish(3, 10);
  await expect.poll(() => read).toBe(3);
  await manager.consumers.delete(stream, durable);
  await publish(3, 10);
  // A new consumer begins at the beginning.
  await expect.poll(() => read).toBe(9);
});

test('reading goes on when the server has been away', async () => {
  let read = 0;
  const count = (): undefined => {
    read += 1;
  };
  await start(() => count());
  await publish(3, 10);
  await expect.poll(() => read).toBe(3);
  const { port } = server;
  await server.stop('kill');
  server = await startEmbeddedServer({ port, storeDir });
  const say = () => connection.jetstream().publish('s.x', 'after', { timeout: 500, msgID: 'after' });
  await expect
    .poll(() =>
      say().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await expect.poll(() => read).toBeGreaterThanOrEqual(4);
});

test('a subject that floods holds up no other, and all of it is read in its order and whole', async () => {
  const { opened, open } = gate();
  const jetstream = connection.jetstream({ timeout: 120_000 });
  const head = headers();
  head.set('Which', 'flood');
  const bodyOf = (index: number) => `${index} ${'a'.repeat(8_192)}`;
  const publications = Array.from({ length: 1_000 }, (_, index) =>
    jetstream.publish('s.flood', bodyOf(index), { headers: head }),
  );
  await Promise.all(publications);
  await jetstream.publish('s.other', 'x');
  const read: [number, boolean, string | undefined][] = [];
  let isOtherRead = false;
  const gone: number[] = [];
  await start(
    async ({ subject, seq, data, headers: given }) => {
      if (subject === 's.other') isOtherRead = true;
      else {
        await opened;
        read.push([seq, Buffer.from(data).toString() === bodyOf(seq - 1), given?.get('Which')]);
      }
    },
    { maxBytes: 1024 * 1024, onGone: ({ seq }) => gone.push(seq) },
  );
  await expect.poll(() => isOtherRead).toBe(true);
  expect(read).toEqual([]);
  // What the stream drops meanwhile is told, and keeps nothing from being read.
  await manager.streams.deleteMessage(stream, 900);
  open();
  await expect.poll(allRead).toBe(0);
  expect(gone).toEqual([900]);
  const expected = Array.from({ length: 1_000 }, (_, index) => [index + 1, true, 'flood']);
  expect(read).toEqual(expected.filter(([seq]) => seq !== 900));
});

test('of a subject that floods no more than a bounded number is held', async () => {
  await publish(20_000, 10);
  const { opened, open } = gate();
  const source = await start(() => opened);
  await expect.poll(() => source.held).toBeGreaterThanOrEqual(16_384);
  const { num_ack_pending: out } = await info();
  expect(out).toBeLessThanOrEqual(16_384 + 512);
  open();
  await expect.poll(allRead).toBe(0);
});

test('a worker that freezes has no request left at the server by the time that what it holds is handed out again', async () => {
  const listener = connection.subscribe('$JS.API.CONSUMER.MSG.NEXT.>', { max: 1 });
  await manager.consumers.add(stream, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(10_000),
  });
  await start(() => undefined);
  const { ack_wait = 0 } = (await manager.consumers.info(stream, durable)).config;
  for await (const request of listener) expect(request.json<{ expires: number }>().expires).toBeLessThan(ack_wait);
  expect(ack_wait).toBeLessThan(nanos(8_000));
});

test('reading goes on past what is set aside, up to a bound, and in the order of each subject', async () => {
  await publish(3_000, 16, (index) => `s.${index % 1_500}`);
  const { opened, open } = gate();
  const seen: number[] = [];
  const all = { connection, stream, durable, subject: 's.>', maxBytes: 8 * 1024 * 1024 };
  const source = await startMessageSource(
    all,
    eachAlone(async (message, { acks, setAside }) => {
      setAside();
      await opened;
      seen.push(message.seq);
      acks.add(message);
    }),
  );
  sources.push(source);
  await expect.poll(() => source.held).toBe(3_000);
  expect(source.hasRoom).toBe(true);
  open();
  await expect.poll(allRead).toBe(0);
  expect(seen).toHaveLength(3_000);
  const seconds = new Map(seen.map((seq, at) => [seq, at]));
  for (let seq = 1; seq <= 1_500; seq += 1) expect(seconds.get(seq)).toBeLessThan(seconds.get(seq + 1_500) as number);
});

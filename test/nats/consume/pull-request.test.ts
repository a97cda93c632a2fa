import { connect, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eachAlone, type MessageSource, startMessageSource } from '../../../src/nats/consume/message-source.ts';
import { useNatsServer } from '../../support/nats.ts';
import { statusOf } from '../../support/nats-frames.ts';
import { type NatsProxy, type ProxyHooks, startNatsProxy } from '../../support/nats-proxy.ts';

const nats = useNatsServer();
/** The shortest expiry with which a real server and its heartbeats still come in order. */
const expiresMs = 600;

let hooks: ProxyHooks = {};
let proxy: NatsProxy;
let behind: NatsConnection;
let source: MessageSource;
let lost = 0;
let read: string[] = [];

beforeAll(async () => {
  proxy = await startNatsProxy(nats.server.port, {
    fromClient: (frame, way) => (hooks.fromClient ?? ((_, { onward }) => onward(frame)))(frame, way),
    fromServer: (frame, way) => (hooks.fromServer ?? ((_, { onward }) => onward(frame)))(frame, way),
  });
});
afterAll(() => proxy.stop());

beforeEach(async () => {
  [hooks, lost, read] = [{}, 0, []];
  const manager = await nats.connection.jetstreamManager();
  await manager.streams.add({ name: 'S', subjects: ['s.>'] });
  behind = await connect({ servers: proxy.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  source = await startMessageSource(
    {
      connection: behind,
      stream: 'S',
      durable: 'd',
      subject: 's.>',
      maxBytes: 8 * 1024 * 1024,
      ackWaitMs: 1_000,
      expiresMs,
      onLost: () => {
        lost += 1;
      },
    },
    eachAlone((message, { acks }) => {
      read.push(message.string());
      acks.add(message);
      return undefined;
    }),
  );
});
afterEach(async () => {
  hooks = {};
  await source.stop();
  await behind.close();
  await (await nats.connection.jetstreamManager()).streams.delete('S');
});

const consumer = async () => (await nats.connection.jetstreamManager()).consumers.info('S', 'd');
const waiting = async () => (await consumer()).num_waiting;
const publish = (text: string) => nats.connection.jetstream().publish('s.x', text);

test('the word that a request is over may be lost: after its deadline another is sent, and it is told', async () => {
  let swallowed = 0;
  hooks = {
    fromServer(frame, way) {
      if (statusOf(frame) === 408) swallowed += 1;
      else way.onward(frame);
    },
  };
  await expect.poll(() => swallowed).toBeGreaterThanOrEqual(2);
  await expect.poll(() => lost).toBeGreaterThanOrEqual(2);
  await publish('after');
  await expect.poll(() => read).toEqual(['after']);
});

test('a request that never reached the server is sent again', async () => {
  let swallowed = 0;
  hooks = {
    fromClient(frame, way) {
      if (frame.words[0]?.startsWith('$JS.API.CONSUMER.MSG.NEXT.') && swallowed < 2) swallowed += 1;
      else way.onward(frame);
    },
  };
  await expect.poll(() => lost).toBeGreaterThanOrEqual(2);
  await publish('after');
  await expect.poll(() => read).toEqual(['after']);
});

test('a late word on a request that is over is not taken for a word on the next one', async () => {
  hooks = {
    fromServer(frame, way) {
      way.onward(frame, statusOf(frame) === 408 ? expiresMs * 1.2 : undefined);
    },
  };
  await expect.poll(() => lost).toBeGreaterThanOrEqual(4);
  await expect.poll(waiting).toBeLessThanOrEqual(2);
  await publish('after');
  await expect.poll(() => read).toContain('after');
});

test('messages that come twice, or only when they are sent again, are all read, and no more requests are out than before', async () => {
  let count = 0;
  hooks = {
    fromServer(frame, way) {
      const fate = frame.words[0] === 's.x' ? count++ % 5 : -1;
      if (fate !== 3) way.onward(frame);
      if (fate === 1) way.onward(frame);
    },
  };
  const sent = Array.from({ length: 600 }, (_, index) => `m${index}`);
  for (const text of sent) await publish(text);
  await expect.poll(async () => (await consumer()).num_pending + (await consumer()).num_ack_pending).toBe(0);
  expect(new Set(read)).toEqual(new Set(sent));
  await expect.poll(waiting).toBeLessThanOrEqual(2);
});

test('five cut connections leave no more requests at the server than there were', async () => {
  await expect.poll(waiting).toBe(2);
  for (let cuts = 0; cuts < 5; cuts += 1) {
    const back = (async () => {
      for await (const { type } of behind.status()) if (type === 'reconnect') return;
    })();
    proxy.cut();
    await back;
    await behind.flush();
  }
  await publish('after');
  await expect.poll(() => read).toEqual(['after']);
  await expect.poll(waiting).toBe(2);
});

test('whoever sees that the server has no request may have it asked anew', async () => {
  hooks = {
    fromClient(frame, way) {
      if (!frame.words[0]?.startsWith('$JS.API.CONSUMER.MSG.NEXT.')) way.onward(frame);
    },
  };
  await expect.poll(waiting).toBe(0);
  hooks = {};
  expect(source.hasRoom).toBe(true);
  source.askAnew();
  await expect.poll(waiting).toBe(2);
});

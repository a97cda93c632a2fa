import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FluentServer } from '@fluent-org/logger';
import { connect, Events, type JetStreamManager, type NatsConnection } from 'nats';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFluentSender } from '../../src/fluentd/fluent-sender.ts';
import { createForwarder, type Forwarder } from '../../src/fluentd/forwarder.ts';
import { createNatsRecordSource } from '../../src/nats/consume/record-source.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { type ForwardPeer, type ForwardPeerOptions, startForwardPeer, writeInPieces } from '../support/forward-peer.ts';

const host = '127.0.0.1';
const durable = 'knell_fluentd';
let server: EmbeddedServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let stream: string;
let tests = 0;
const closing: (() => Promise<unknown>)[] = [];
const consoleCalls: unknown[] = [];

beforeAll(async () => {
  server = await startEmbeddedServer();
  connection = await connect({ servers: server.url });
  manager = await connection.jetstreamManager();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});
beforeEach(async () => {
  stream = `FAILURES_${++tests}`;
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => consoleCalls.push(args));
  }
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.restoreAllMocks();
  expect(consoleCalls.splice(0)).toEqual([]);
});

const failure = (n: number, message = 'The token has expired') => ({
  schema: 'knell.failure/v1',
  record_id: `record-${n}`,
  issued_at: `2026-11-22T17:04:42.${String(n).padStart(3, '0')}Z`,
  category: 'auth.token_expired',
  message,
});

async function publish(...payloads: (object | string)[]): Promise<void> {
  for (const payload of payloads) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await connection.jetstream().publish(`${stream}.auth.token_expired.a.e.1`, text);
  }
}

async function peer(options: ForwardPeerOptions = {}): Promise<ForwardPeer> {
  const started = await startForwardPeer(options);
  closing.push(() => started.stop());
  return started;
}

interface ForwardingOptions {
  connection?: NatsConnection;
  timeoutMs?: number;
  stopTimeoutMs?: number;
}

interface Forwarding {
  readonly forwarder: Forwarder;
  readonly retries: string[];
  readonly rejected: string[];
  readonly logged: string[];
  /** Resolves when so many records have been forwarded, or retries been made, in all. */
  forwarded(count: number): Promise<void>;
  retried(count: number): Promise<void>;
}

function forward(port: number, options: ForwardingOptions = {}): Forwarding {
  const { timeoutMs = 10_000, stopTimeoutMs = 3_000 } = options;
  const tags: string[] = [];
  const retries: string[] = [];
  const rejected: string[] = [];
  const logged: string[] = [];
  const waiting = new Set<() => void>();
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!isSo()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const note = (list: string[]) => (item: string) => {
    list.push(item);
    for (const check of waiting) check();
  };
  const forwarder = createForwarder({
    source: createNatsRecordSource({ connection: options.connection ?? connection, stream }),
    sender: createFluentSender({ host, port, timeoutMs }),
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    backoff: { firstMs: 5, maxMs: 20 },
    stopTimeoutMs,
    onForwarded: note(tags),
    onRetry: note(retries),
    onRejected: note(rejected),
  });
  closing.push(() => forwarder.stop());
  forwarder.start();
  return {
    forwarder,
    retries,
    rejected,
    logged,
    forwarded: (count) => until(() => tags.length >= count),
    retried: (count) => until(() => retries.length >= count),
  };
}

const idsAt = (fluentd: ForwardPeer) => new Set(fluentd.events.map(({ record }) => record.record_id));
const allIds = (count: number) => new Set(Array.from({ length: count }, (_, n) => `record-${n}`));
const settled = { num_ack_pending: 0, num_pending: 0 };

test('every record reaches an independent Forward server with tag, time and content, once and in order', async () => {
  const fluentd = new FluentServer({ listenOptions: { port: 0, host } });
  const entries: unknown[] = [];
  fluentd.on('entry', (tag, time, record) => entries.push({ tag, time: { ...time }, record }));
  await fluentd.listen();
  closing.push(() => fluentd.close());
  const records = Array.from({ length: 200 }, (_, n) => failure(n));
  await publish(...records);
  const { forwarded } = forward(fluentd.port as number);
  await forwarded(200);
  expect(entries).toEqual(
    records.map((record, n) => ({
      tag: 'knell.failures.auth.token_expired',
      time: { _epoch: Date.parse('2026-11-22T17:04:42Z') / 1_000, _nano: n * 1_000_000 },
      record,
    })),
  );
  await expect.poll(() => manager.consumers.info(stream, durable)).toMatchObject(settled);
});

describe('every record arrives and is settled although Fluentd', () => {
  const count = 12;
  const badAtFirst = (events: number, misbehave: NonNullable<ForwardPeerOptions['answer']>): ForwardPeerOptions => ({
    answer: (exchange) => (exchange.number < events ? misbehave(exchange) : exchange.socket.write(exchange.ack)),
  });
  const now = (bytes: Buffer | string) => badAtFirst(5, ({ socket }) => socket.write(bytes));

  const cases: [string, ForwardPeerOptions, { retriedFor?: string | RegExp; timeoutMs?: number }][] = [
    ['splits every acknowledgement in two', { answer: ({ socket, ack }) => writeInPieces(socket, ack, 16) }, {}],
    ['sends every acknowledgement byte by byte', { answer: ({ socket, ack }) => writeInPieces(socket, ack, 1) }, {}],
    ['does not answer at first', badAtFirst(3, () => {}), { retriedFor: 'FLUENT_TIMEOUT', timeoutMs: 150 }],
    [
      'answers with a wrong acknowledgement at first',
      now(Buffer.from([0x81, 0xa3, 0x61, 0x63, 0x6b, 0xa1, 0x78])),
      { retriedFor: 'FLUENT_WRONG_ANSWER' },
    ],
    ['answers nil at first', now(Buffer.from([0xc0])), { retriedFor: 'FLUENT_WRONG_ANSWER' }],
    ['answers garbage at first', now('HTTP/1.1 400 Bad Request\r\n\r\n'), { retriedFor: 'FLUENT_WRONG_ANSWER' }],
    [
      'answers with bytes that can not be decoded at first',
      now(Buffer.from([0xc1, 0xc1])),
      { retriedFor: 'FLUENT_WRONG_ANSWER' },
    ],
    [
      'resets the connection with a record in flight',
      badAtFirst(5, ({ socket }) => socket.resetAndDestroy()),
      { retriedFor: 'FLUENT_CONNECTION_LOST' },
    ],
    [
      'breaks off in the middle of acknowledgements',
      badAtFirst(5, ({ socket, ack }) => socket.end(ack.subarray(0, 9))),
      { retriedFor: 'FLUENT_CONNECTION_LOST' },
    ],
    [
      'hangs up after accepting',
      {
        accept: (n, socket) => {
          if (n < 5) socket.destroy();
          return 'read';
        },
      },
      { retriedFor: 'FLUENT_CONNECTION_LOST' },
    ],
    [
      'accepts and never reads at first',
      { accept: (n) => (n < 2 ? 'ignore' : 'read') },
      { retriedFor: 'FLUENT_TIMEOUT', timeoutMs: 300 },
    ],
    [
      'acknowledges everything twice',
      {
        answer: async ({ socket, ack }) => {
          await writeInPieces(socket, ack, ack.length);
          socket.write(ack);
        },
      },
      { retriedFor: /FLUENT_(CONNECTION_LOST|WRONG_ANSWER)/ },
    ],
    [
      'hangs up after each acknowledgement',
      { answer: ({ socket, ack }) => socket.end(ack) },
      { retriedFor: /FLUENT_(CONNECTION_LOST|WRONG_ANSWER)/ },
    ],
  ];
  test.each(cases)('%s', async (_, options, { retriedFor, ...sending }) => {
    const fluentd = await peer(options);
    // Larger than the socket buffers of both ends, so that a peer that does not read is felt.
    await publish(failure(0, 'x'.repeat(900_000)), ...Array.from({ length: count - 1 }, (_, n) => failure(n + 1)));
    const forwarding = forward(fluentd.port, sending);
    await forwarding.forwarded(count);
    expect(idsAt(fluentd)).toEqual(allIds(count));
    if (!(retriedFor instanceof RegExp))
      expect([...new Set(forwarding.retries)]).toEqual(retriedFor ? [retriedFor] : []);
    else for (const code of forwarding.retries) expect(code).toMatch(retriedFor);
    await expect.poll(() => manager.consumers.info(stream, durable)).toMatchObject(settled);
  });
});

test('while Fluentd is away everything stays in the stream, and all of it arrives when it is back', async () => {
  const before = await startForwardPeer();
  const { forwarded, retried, retries, logged } = forward(before.port);
  await publish(failure(0));
  await forwarded(1);
  await before.stop();
  await publish(...Array.from({ length: 300 }, (_, n) => failure(n + 1)));
  await retried(10);
  const away = await manager.consumers.info(stream, durable);
  expect(away.num_pending + away.num_ack_pending).toBe(300);
  const after = await peer({ port: before.port });
  await forwarded(301);
  expect(new Set([...idsAt(before), ...idsAt(after)])).toEqual(allIds(301));
  expect(retries.slice(1).every((code) => code === 'FLUENT_UNREACHABLE')).toBe(true);
  expect(logged.join('')).toContain('works again');
  await expect.poll(() => manager.consumers.info(stream, durable)).toMatchObject(settled);
});

test('a record that Fluentd never takes does not hold up the others, and is not given up', async () => {
  const fluentd: ForwardPeer = await peer({
    answer: ({ socket, ack, number }) =>
      fluentd.events[number]?.record.record_id === 'record-0' ? socket.resetAndDestroy() : socket.write(ack),
  });
  await publish(...Array.from({ length: 10 }, (_, n) => failure(n)));
  const { forwarded, retried } = forward(fluentd.port);
  await forwarded(9);
  await retried(5);
  const info = await manager.consumers.info(stream, durable);
  expect(info.num_pending + info.num_ack_pending).toBe(1);
  expect(fluentd.events.filter(({ record }) => record.record_id === 'record-0').length).toBeGreaterThanOrEqual(5);
});

test('what is no record is logged, counted and taken out of the loop; the others go through', async () => {
  const fluentd = await peer();
  await publish('not JSON', failure(0), '[]', '', failure(1));
  const { forwarded, rejected, logged } = forward(fluentd.port);
  await forwarded(2);
  expect(rejected).toHaveLength(3);
  expect(logged.filter((line) => line.includes("can't be forwarded"))).toHaveLength(3);
  expect(idsAt(fluentd)).toEqual(allIds(2));
  await expect.poll(() => manager.consumers.info(stream, durable)).toMatchObject(settled);
});

test('one record at a time is taken from the stream and given to Fluentd, over one connection', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const fluentd = await peer({
    answer: async ({ socket, ack, number }) => {
      if (number === 0) await held;
      socket.write(ack);
    },
  });
  await publish(...Array.from({ length: 500 }, (_, n) => failure(n)));
  const { forwarded } = forward(fluentd.port);
  await expect.poll(() => fluentd.events.length).toBe(1);
  expect(await manager.consumers.info(stream, durable)).toMatchObject({ num_ack_pending: 1, num_pending: 499 });
  expect(fluentd.events).toHaveLength(1);
  release?.();
  await forwarded(500);
  expect(fluentd.connections()).toBe(1);
});

describe('stop', () => {
  test('lets the record in flight be acknowledged', async () => {
    const fluentd: ForwardPeer = await peer({
      answer: async ({ socket, ack }) => {
        const stopped = forwarding.forwarder.stop();
        socket.write(ack);
        closing.push(() => stopped);
      },
    });
    await publish(failure(0));
    const forwarding = forward(fluentd.port);
    await forwarding.forwarded(1);
    await forwarding.forwarder.stop();
    await expect.poll(() => manager.consumers.info(stream, durable)).toMatchObject(settled);
  });

  test('hands it back within the bound when Fluentd does not answer; the next forwarder sends all of it', async () => {
    const mute = await startForwardPeer({ answer: () => {} });
    await publish(...Array.from({ length: 5 }, (_, n) => failure(n)));
    const first = forward(mute.port, { stopTimeoutMs: 50 });
    await expect.poll(() => mute.events.length).toBe(1);
    await first.forwarder.stop();
    await mute.stop();
    const fluentd = await peer();
    await forward(fluentd.port).forwarded(5);
    expect(idsAt(fluentd)).toEqual(allIds(5));
    await expect.poll(() => manager.consumers.info(stream, durable)).toMatchObject(settled);
  });

  test('ends a pause and a wait for records, and may come twice or before the start', async () => {
    const gone = await startForwardPeer();
    await gone.stop();
    await publish(failure(0));
    const { forwarder, retried } = forward(gone.port);
    await retried(1);
    await forwarder.stop();
    await forwarder.stop();
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap');
    await expect.poll(sockets).toHaveLength(1); // The connection to NATS.
  });
});

test('it goes on when the stream comes only later and when its consumer is deleted', async () => {
  await manager.streams.delete(stream);
  const fluentd = await peer();
  const { forwarded, retried } = forward(fluentd.port);
  await retried(2);
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
  await publish(failure(0));
  await forwarded(1);
  await expect.poll(async () => (await manager.consumers.info(stream, durable)).num_waiting).toBe(1);
  await manager.consumers.delete(stream, durable);
  await retried(3);
  await publish(failure(1));
  // A new consumer begins at the beginning: record 0 arrives again.
  await forwarded(3);
  expect(fluentd.events.map(({ record }) => record.record_id)).toEqual(['record-0', 'record-0', 'record-1']);
});

test('it survives nats-server being killed and started again, and stops within its bound while it is away', async () => {
  const storeDir = await mkdtemp(join(tmpdir(), 'knell-test-'));
  closing.push(() => rm(storeDir, { recursive: true, force: true }));
  const first = await startEmbeddedServer({ storeDir });
  closing.push(() => first.stop('kill'));
  const own = await connect({ servers: first.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
  closing.push(() => own.close());
  await (await own.jetstreamManager()).streams.add({ name: stream, subjects: [`${stream}.>`] });
  const fluentd = await peer();
  const { forwarder, forwarded } = forward(fluentd.port, { connection: own, stopTimeoutMs: 50 });
  await own.jetstream().publish(`${stream}.x`, JSON.stringify(failure(0)));
  await forwarded(1);

  const reconnected = statusSeen(own, Events.Reconnect);
  await first.stop('kill');
  const second = await startEmbeddedServer({ storeDir, port: first.port });
  closing.push(() => second.stop('kill'));
  await reconnected;
  await own.jetstream().publish(`${stream}.x`, JSON.stringify(failure(1)));
  await forwarded(2);
  expect(idsAt(fluentd)).toEqual(allIds(2));

  await second.stop('kill');
  await forwarder.stop();
});

async function statusSeen(from: NatsConnection, type: Events): Promise<void> {
  for await (const status of from.status()) if (status.type === type) return;
}

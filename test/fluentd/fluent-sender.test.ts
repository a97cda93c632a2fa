import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { FluentServer } from '@fluent-org/logger';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFluentSender, type FluentSender } from '../../src/fluentd/fluent-sender.ts';
import { type Exchange, type ForwardPeer, startForwardPeer, writeInPieces } from '../support/forward-peer.ts';

const host = '127.0.0.1';
const WAIT = { timeout: 120_000 };
const timeMs = Date.parse('2026-11-22T17:04:42.123Z');
const open: { close(): unknown }[] = [];

function sender(port: number, options: { timeoutMs?: number; sharedKey?: string } = {}): FluentSender {
  const created = createFluentSender({ host, port, clientHostname: 'knell-test', ...options });
  open.push(created);
  return created;
}

async function peer(answer?: (exchange: Exchange) => unknown): Promise<ForwardPeer> {
  const started = await startForwardPeer(answer ? { answer } : {});
  open.push({ close: () => started.stop() });
  return started;
}

afterEach(async () => {
  // Last opened, first closed: senders before the servers that wait for them.
  for (const item of open.splice(0).reverse()) await item.close();
});

describe('against an independent Forward server', () => {
  async function server(sharedKey?: string) {
    const security = sharedKey
      ? { security: { serverHostname: 'fluentd', sharedKey, authorize: false, userDict: {} } }
      : {};
    const started = new FluentServer({ listenOptions: { port: 0, host }, ...security });
    const entries: { tag: string; time: unknown; record: Record<string, unknown> }[] = [];
    started.on('entry', (tag: string, time: unknown, record: Record<string, unknown>) =>
      entries.push({ tag, time, record }),
    );
    await started.listen();
    open.push(started);
    return { port: started.port as number, entries };
  }

  test('an event arrives with its tag, its content and its time to the millisecond', async () => {
    const { port, entries } = await server();
    const record = { record_id: 'r1', text: 'é · ✓', list: [1, { deep: null }], big: 2 ** 40, ratio: 0.5, no: false };
    await sender(port).send('knell.failures.auth.token_expired', record, timeMs);
    expect(entries).toEqual([
      {
        tag: 'knell.failures.auth.token_expired',
        time: expect.objectContaining({ epoch: Math.floor(timeMs / 1_000), nano: 123_000_000 }),
        record,
      },
    ]);
  });

  test('a shared key is proved before the first event', async () => {
    const { port, entries } = await server('a-key-for-tests');
    await sender(port, { sharedKey: 'a-key-for-tests' }).send('t', { n: 1 }, timeMs);
    expect(entries).toHaveLength(1);
  });

  test('a shared key is proved even when every answer comes byte by byte', async () => {
    const { port, entries } = await server('a-key-for-tests');
    const proxy = createServer({ noDelay: true }, async (client) => {
      const upstream = connect(port, host);
      client.on('error', () => {}).on('close', () => upstream.destroy());
      client.pipe(upstream);
      for await (const bytes of upstream) await writeInPieces(client, bytes, 1);
    });
    proxy.listen(0, host);
    await once(proxy, 'listening');
    open.push({ close: () => proxy.close() });
    const { send } = sender((proxy.address() as AddressInfo).port, { sharedKey: 'a-key-for-tests' });
    for (const n of [0, 1]) await send('t', { n }, timeMs);
    expect(entries.map(({ record }) => record.n)).toEqual([0, 1]);
  });

  test('a wrong shared key is refused with the reason that Fluentd gives', async () => {
    const { port } = await server('a-key-for-tests');
    await expect(sender(port, { sharedKey: 'another' }).send('t', {}, timeMs)).rejects.toMatchObject({
      code: 'FLUENT_REFUSED',
      message: expect.stringContaining('shared key mismatch'),
    });
  });

  test('a server that wants a shared key when there is none is told apart', async () => {
    const { port } = await server('a-key-for-tests');
    await expect(sender(port).send('t', {}, timeMs)).rejects.toMatchObject({
      code: expect.stringMatching(/FLUENT_WRONG_ANSWER|FLUENT_CONNECTION_LOST/),
    });
  });
});

describe('an acknowledgement in several TCP segments', () => {
  test.each([1, 2, 7, 20])('is put together again from pieces of %i bytes, event after event', async (pieceBytes) => {
    const fluentd = await peer(({ socket, ack }) => writeInPieces(socket, ack, pieceBytes));
    const { send } = sender(fluentd.port);
    for (const n of [0, 1, 2]) await send('t', { n }, timeMs);
    expect(fluentd.events.map(({ record }) => record.n)).toEqual([0, 1, 2]);
    expect(fluentd.connections()).toBe(1);
  });
});

describe('a peer that misbehaves is an error of that send alone', () => {
  const byCode: [string, string, (exchange: Exchange) => unknown][] = [
    ['says nothing', 'FLUENT_TIMEOUT', () => {}],
    ['sends half an acknowledgement', 'FLUENT_TIMEOUT', ({ socket, ack }) => socket.write(ack.subarray(0, 9))],
    ['acknowledges something else', 'FLUENT_WRONG_ANSWER', ({ socket, ack }) => socket.write(flipLastByte(ack))],
    ['answers nil', 'FLUENT_WRONG_ANSWER', ({ socket }) => socket.write(Buffer.from([0xc0]))],
    [
      'answers a byte that MessagePack has no use for',
      'FLUENT_WRONG_ANSWER',
      ({ socket }) => socket.write(Buffer.from([0xc1])),
    ],
    [
      'answers in another protocol',
      'FLUENT_WRONG_ANSWER',
      ({ socket }) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ],
    [
      'answers with an unknown extension type',
      'FLUENT_WRONG_ANSWER',
      ({ socket }) => socket.write(Buffer.from([0xd4, 9, 9])),
    ],
    [
      'announces a string of 4 GB and begins to send it',
      'FLUENT_WRONG_ANSWER',
      ({ socket }) => socket.write(Buffer.concat([Buffer.from([0xdb, 255, 255, 255, 255]), Buffer.alloc(9_000, 'x')])),
    ],
    ['hangs up', 'FLUENT_CONNECTION_LOST', ({ socket }) => socket.end()],
    ['resets the connection', 'FLUENT_CONNECTION_LOST', ({ socket }) => socket.resetAndDestroy()],
    [
      'sends half an acknowledgement and hangs up',
      'FLUENT_CONNECTION_LOST',
      ({ socket, ack }) => socket.end(ack.subarray(0, 9)),
    ],
  ];
  test.each(byCode)('it %s: %s, and the next send goes through', async (_, code, misbehave) => {
    const fluentd = await peer((exchange) =>
      exchange.number === 0 ? misbehave(exchange) : exchange.socket.write(exchange.ack),
    );
    const { send } = sender(fluentd.port, { timeoutMs: code === 'FLUENT_TIMEOUT' ? 100 : 10_000 });
    await expect(send('t', { n: 0 }, timeMs)).rejects.toMatchObject({ name: 'FluentError', code });
    await send('t', { n: 1 }, timeMs);
    expect(fluentd.events.map(({ record }) => record.n)).toEqual([0, 1]);
    await expect.poll(() => fluentd.openConnections()).toBe(1);
  });

  test('it accepts and never reads: FLUENT_TIMEOUT, although not all of the event could be written', async () => {
    const fluentd = await startForwardPeer({ accept: (n) => (n === 0 ? 'ignore' : 'read') });
    open.push({ close: () => fluentd.stop() });
    const { send } = sender(fluentd.port, { timeoutMs: 300 });
    const message = 'x'.repeat(32 * 1024 * 1024); // Far more than the socket buffers of both ends hold.
    await expect(send('t', { message }, timeMs)).rejects.toMatchObject({ code: 'FLUENT_TIMEOUT' });
    await send('t', { n: 1 }, timeMs);
    expect(fluentd.events.map(({ record }) => record.n)).toEqual([1]);
  });

  test('it acknowledges and hangs up at once: that is an acknowledgement', async () => {
    const fluentd = await peer(({ socket, ack }) => socket.end(ack));
    await sender(fluentd.port).send('t', { n: 0 }, timeMs);
    expect(fluentd.events).toHaveLength(1);
  });

  test('it is not there: FLUENT_UNREACHABLE, and the message says where it was looked for', async () => {
    const gone = await startForwardPeer();
    await gone.stop();
    await expect(sender(gone.port).send('t', {}, timeMs)).rejects.toMatchObject({
      code: 'FLUENT_UNREACHABLE',
      message: expect.stringContaining(`${host}:${gone.port}`),
    });
  });

  test('it hangs up between two events: the second goes over a new connection', async () => {
    const fluentd = await peer(({ socket, ack }) => socket.write(ack));
    const { send } = sender(fluentd.port);
    await send('t', { n: 0 }, timeMs);
    await fluentd.stop();
    const again = await startForwardPeer({ port: fluentd.port });
    open.push({ close: () => again.stop() });
    await vi.waitFor(() => send('t', { n: 1 }, timeMs), WAIT);
    expect(again.events.map(({ record }) => record.n)).toEqual([1]);
  });
});

test('a record that can not be encoded is named as such, and the next one goes through', async () => {
  const fluentd = await peer();
  const { send } = sender(fluentd.port);
  let deep: object = {};
  for (let depth = 0; depth < 50_000; depth++) deep = { deep };
  await expect(send('t', deep, timeMs)).rejects.toMatchObject({ code: 'FLUENT_UNSENDABLE' });
  await send('t', { n: 1 }, timeMs);
  expect(fluentd.events).toHaveLength(1);
});

test('a second send while one is under way is refused, so nothing can queue up', async () => {
  const fluentd = await peer();
  const { send } = sender(fluentd.port);
  const first = send('t', { n: 0 }, timeMs);
  await expect(send('t', { n: 1 }, timeMs)).rejects.toThrow('still under way');
  await first;
  expect(fluentd.events).toHaveLength(1);
});

test('close ends the send under way and refuses later ones', async () => {
  const fluentd = await peer(() => {});
  const { send, close } = sender(fluentd.port);
  const underWay = send('t', {}, timeMs);
  underWay.catch(() => {});
  await fluentd.nextConnection();
  close();
  await expect(underWay).rejects.toMatchObject({ code: 'FLUENT_CLOSED' });
  await expect(send('t', {}, timeMs)).rejects.toMatchObject({ code: 'FLUENT_CLOSED' });
});

test('an answer that nobody asked for spoils the next event only, and leaves no timer', async () => {
  let unasked: Promise<void> | undefined;
  const fluentd = await peer(({ socket, ack, number }) => {
    unasked = number === 0 ? writeInPieces(socket, Buffer.concat([ack, ack]), ack.length) : undefined;
    if (number > 0) socket.write(ack);
  });
  const { send } = sender(fluentd.port);
  await send('t', { n: 0 }, timeMs);
  await unasked;
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  await expect(send('t', { n: 1 }, timeMs)).rejects.toMatchObject({ code: 'FLUENT_WRONG_ANSWER' });
  const call = setTimer.mock.calls.findIndex(([, ms]) => ms === 2 ** 31 - 1);
  expect(setTimer.mock.results[call]?.value).toMatchObject({ _destroyed: true });
  setTimer.mockRestore();
  await send('t', { n: 2 }, timeMs);
});

test.each([
  ['after an acknowledgement', ({ socket, ack }: Exchange) => socket.write(ack)],
  ['after no answer', () => {}],
  ['after half an answer', ({ socket, ack }: Exchange) => socket.write(ack.subarray(0, 9))],
  ['after a reset', ({ socket }: Exchange) => socket.resetAndDestroy()],
])('no timer and no socket is left %s and close', async (_, answer) => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  try {
    const fluentd = await startForwardPeer({ answer });
    const { send, close } = createFluentSender({ host, port: fluentd.port, timeoutMs: 100 });
    await send('t', {}, timeMs).catch(() => {});
    // The library sets its own timer for each event; were it not there, this test could not fail.
    const timers = setTimer.mock.calls.flatMap(([, ms], call) => (ms === 100 || ms === 2 ** 31 - 1 ? [call] : []));
    expect(timers).toHaveLength(2);
    close();
    await expect.poll(() => fluentd.openConnections()).toBe(0);
    await fluentd.stop();
    for (const call of timers) {
      expect(setTimer.mock.results[call]?.value).toMatchObject({ _destroyed: true });
    }
    await vi.waitFor(() => expect(process.getActiveResourcesInfo()).not.toContain('TCPSocketWrap'), WAIT);
  } finally {
    setTimer.mockRestore();
  }
});

function flipLastByte(ack: Buffer): Buffer {
  const other = Buffer.from(ack);
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
  return other;
}

import { connect, type Socket } from 'node:net';
import { Counter, Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../../src/http/http-server.ts';
import { createTokenGuard } from '../../src/http/token-guard.ts';

const TOKEN = 'correct-horse';
let open: HttpServer;
let closed: HttpServer;
let failing: HttpServer;
let hasty: HttpServer;
let common: HttpServerOptions;
const failures: unknown[] = [];
let collected = 0;

beforeAll(async () => {
  const registry = new Registry();
  new Counter({
    name: 'x_total',
    help: 'x',
    registers: [registry],
    collect() {
      collected += 1;
    },
  });
  common = { host: '127.0.0.1', port: 0, registry, readiness: () => undefined };
  open = await startHttpServer(common);
  closed = await startHttpServer({ ...common, tokens: createTokenGuard(TOKEN) });
  hasty = await startHttpServer({ ...common, patienceMs: 200 });
  const broken = { metrics: () => Promise.reject(new Error('secret detail')) } as unknown as Registry;
  failing = await startHttpServer({ ...common, registry: broken, onError: (error) => failures.push(error) });
});
afterAll(() => Promise.all([open, closed, failing, hasty].map((server) => server.stop())));

const isAlive = async (server: HttpServer) => (await fetch(`${server.url}/healthz`)).status === 200;

/** Sends bytes as they are; settles with all that came back when the other side has hung up. */
function send(server: HttpServer, bytes: string, more: (socket: Socket) => void = () => undefined): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
      socket.write(bytes);
      more(socket);
    });
    let text = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      text += data;
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });
}

describe('no request ends the server', () => {
  const END = ' HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
  it.each([
    ['an address that is none', `GET //${END}`, 404],
    ['an address with another host', `GET http://[::1${END}`, 404],
    ['a port that is none', `GET //x:99999999/${END}`, 404],
    ['a percent sign alone', `GET /%${END}`, 404],
    ['a star', `OPTIONS *${END}`, 405],
    ['dots', `GET /../../etc/passwd${END}`, 404],
    ['a query', `GET /healthz?a=b?c${END}`, 200],
    ['a method that is not answered', `DELETE /healthz${END}`, 405],
    ['a body', 'POST /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc', 405],
    ['a method that there is not', `FROB /${END}`, 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['bytes of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', 400],
    ['a header that is too long', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 400],
    ['a header with a zero byte', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx: a\u0000b\r\n\r\n', 400],
    ['two lengths', 'GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['an old version', 'GET /healthz HTTP/1.0\r\n\r\n', 200],
  ])('%s', async (_what, bytes, status) => {
    const text = await send(open, bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await isAlive(open)).toBe(true);
  });

  it.each([
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['an upgrade', 'GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n'],
    ['a hundred requests at once', `${'GET // HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100)}GET /${END}`],
  ])('%s', async (_what, bytes) => {
    await send(open, bytes);
    expect(await isAlive(open)).toBe(true);
  });

  it('clients that hang up in the middle', async () => {
    await Promise.all(
      Array.from({ length: 50 }, () =>
        send(open, 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n', (socket) => socket.destroy()),
      ),
    );
    expect(await isAlive(open)).toBe(true);
  });

  it('a failure inside, of which the client is told nothing', async () => {
    const response = await fetch(`${failing.url}/metrics`);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(failures).toHaveLength(1);
    expect(await isAlive(failing)).toBe(true);
  });
});

describe('whoever is slow', () => {
  it('is cut off, whether it says nothing or never ends', async () => {
    const texts = await Promise.all([send(hasty, ''), send(hasty, 'GET /healthz HTTP/1.1\r\nhost: x\r\n')]);
    for (const text of texts) expect(text).toMatch(/^(HTTP\/1\.1 4|$)/);
  });

  it('is not a client whose answer takes long to make', async () => {
    const api = {
      async fetch() {
        // Who is silent from now on is cut off, twice: so long the answer takes.
        await send(slow, '').then(() => send(slow, ''));
        return new Response('at last');
      },
    };
    const slow = await startHttpServer({ ...common, patienceMs: 200, api: () => Promise.resolve(api) });
    expect(await (await fetch(`${slow.url}/api/v1/runs`)).text()).toBe('at last');
    await slow.stop();
  });

  it('is not a scraper whose metrics take long to collect', async () => {
    const registry = new Registry();
    new Counter({
      name: 'x_total',
      help: 'x',
      registers: [registry],
      async collect() {
        await send(slow, '').then(() => send(slow, ''));
      },
    });
    const slow = await startHttpServer({ ...common, patienceMs: 200, registry });
    expect(await (await fetch(`${slow.url}/metrics`)).text()).toContain('x_total');
    await slow.stop();
  });

  it('does not hold up others, however many there are', async () => {
    const slow = Array.from({ length: 200 }, () => send(hasty, 'GET /metrics HTTP/1.1\r\n'));
    expect(await isAlive(hasty)).toBe(true);
    await Promise.all(slow);
  });
});

it('a thousand scrapes collect the metrics a few times', async () => {
  const [before, sinceMs] = [collected, performance.now()];
  for (let round = 0; round < 10; round++) {
    const scrapes = Array.from({ length: 100 }, async () => (await fetch(`${open.url}/metrics`)).text());
    for (const text of await Promise.all(scrapes)) expect(text).toContain('x_total');
  }
  // 50 in a second, however long this machine takes.
  expect(collected - before).toBeLessThanOrEqual(50 * Math.ceil((performance.now() - sinceMs) / 1_000 + 1));
});

describe('a token', () => {
  const get = async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(`${closed.url}${path}`, { headers })).status;
  };
  it.each([
    ['/healthz', undefined, 200],
    ['/readyz', undefined, 200],
    ['/metrics', undefined, 401],
    ['/metrics', 'Bearer wrong', 401],
    ['/metrics', 'Bearer ', 401],
    ['/metrics', TOKEN, 401],
    ['/metrics', `Basic ${TOKEN}`, 401],
    ['/anything', undefined, 401],
    ['/metrics', `Bearer ${TOKEN}`, 200],
    ['/metrics', `bearer ${TOKEN}`, 200],
  ])('for %s with %j', async (path, authorization, status) => {
    expect(await get(path, authorization)).toBe(status);
  });
});

it('who tries tokens out has to wait, with the right one too, and is told for how long', async () => {
  const server = await startHttpServer({ ...common, tokens: createTokenGuard(TOKEN, { nowMs: () => 0 }) });
  const get = (token: string) => fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push((await get(`guess-${n}`)).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  const refused = await get(TOKEN);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect(await isAlive(server)).toBe(true);
  await server.stop();
});

it('every answer forbids what a browser could do with it', async () => {
  for (const path of ['/healthz', '/metrics', '/nothing']) {
    const { headers } = await fetch(`${open.url}${path}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

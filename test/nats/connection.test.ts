import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/logging/logger.ts';
import type { Login } from '../../src/login/login.ts';
import { readLogin } from '../../src/login/read-login.ts';
import { connectNats } from '../../src/nats/connection.ts';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

test('a service whose server is away at the start waits for it', async () => {
  const port = await freePort();
  const http = { host: '127.0.0.1', port: await freePort() };
  const starting = startTestService(`nats://127.0.0.1:${port}`, rulesFrom('rules: []'), undefined, { http });
  const told = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${http.port}${path}`);
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  await expect
    .poll(() => told('/readyz').catch(String))
    .toBe(
      `503 starting: no NATS server answers at 127.0.0.1:${port}: start one, or point NATS_URL (or --nats) at a running one`,
    );
  expect(await told('/healthz')).toMatch(/^200 /);
  const server = await startEmbeddedServer({ port });
  const service = await starting;
  expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200);
  await service.stop();
  await server.stop();
});

test('a service whose server is away says so at once, with the address and what to do', async () => {
  const port = await freePort();
  const { logger, lines } = recordingLogger();
  const connecting = connectNats({
    login: readLogin(`nats://127.0.0.1:${port}`, {}) as Login,
    name: 'test',
    log: logger,
  });
  while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(lines[0]).toMatchObject({
    level: 'warn',
    msg: 'not connected yet; trying again',
    reason: `no NATS server answers at 127.0.0.1:${port}: start one, or point NATS_URL (or --nats) at a running one`,
  });
  const server = await startEmbeddedServer({ port });
  await (await connecting).close();
  await server.stop();
  expect(lines.filter(({ msg }) => String(msg).startsWith('not connected'))).toHaveLength(1);
});

test('a service whose server goes away says that it is not ready, and is again when the server is back', async () => {
  const server = await startEmbeddedServer();
  const service = await startTestService(server.url, rulesFrom('rules: []'));
  const readiness = async () => (await fetch(`${service.httpUrl}/readyz`)).status;
  const until = async (status: number) => {
    while ((await readiness()) !== status) await new Promise((resolve) => setImmediate(resolve));
  };
  await server.stop();
  await until(503);
  expect((await fetch(`${service.httpUrl}/healthz`)).status).toBe(200);
  const back = await startEmbeddedServer({ port: server.port });
  await until(200);
  await service.stop();
  await back.stop();
});

test('a command that only asks says where nobody answers and what to do, without the password', async () => {
  const port = await freePort();
  const connecting = connectNats({
    login: readLogin(`nats://bob:hunter2@127.0.0.1:${port}`, {}) as Login,
    name: 'test',
    log: createLogger('silent'),
    firstTimeoutMs: 200,
  });
  await expect(connecting).rejects.toMatchObject({
    code: 'NATS_UNREACHABLE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
  await expect(connecting).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
});

test('requests that are under way when a connection is lost do not share one error that grows with each', async () => {
  const server = await startEmbeddedServer();
  const login = readLogin(server.url, {}) as Login;
  const connection = await connectNats({ login, name: 'test', log: createLogger('silent') });
  connection.subscribe('silent', { callback: () => undefined });
  const asked = Array.from({ length: 300 }, () => connection.request('silent', '', { timeout: 60_000 }));
  await connection.flush();
  await connection.close();
  const stacks = (await Promise.allSettled(asked)).map(
    (one) => one.status === 'rejected' && `${one.reason.stack}`.length,
  );
  await server.stop();
  expect(Math.max(...stacks.map(Number))).toBeLessThan(3_000);
  expect(stacks).not.toContain(false);
});

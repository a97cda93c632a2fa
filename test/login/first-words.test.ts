import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectWith } from '../../src/login/connect.ts';
import { whoListens } from '../../src/login/first-words.ts';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function portOf(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  cleanUps.push(() => server.close());
  return (server.address() as { port: number }).port;
}
const web = () => portOf(createServer((_, response) => response.end('hello')));
const held = new Set<Socket>();
const mute = () =>
  portOf(
    createTcpServer((socket) => {
      held.add(socket.on('error', () => undefined).resume());
      socket.on('close', () => held.delete(socket));
    }),
  );
async function gone(): Promise<number> {
  const server = createTcpServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
async function nats(): Promise<number> {
  const server = await startEmbeddedServer();
  cleanUps.push(() => server.stop());
  return server.port;
}

test.each([
  ['http', web],
  ['silent', mute],
  ['away', gone],
  ['nats', nats],
] as const)('finds who listens: %s', async (who, start) => {
  expect(await whoListens(`127.0.0.1:${await start()}`, who === 'silent' || who === 'http' ? 50 : 60_000)).toBe(who);
});

test.each([
  ['is a web server, and no NATS server', web],
  ['says nothing: it is no NATS server, or one that is frozen', mute],
])('a connection to what %s fails for that, and not for a server that does not answer', async (what, start) => {
  const port = await start();
  const failure = connectWith({ servers: [`127.0.0.1:${port}`] }, { timeout: 50 });
  await expect(failure).rejects.toMatchObject({
    code: 'NATS_UNREACHABLE',
    message: expect.stringContaining(`what listens at 127.0.0.1:${port} ${what}`),
  });
});

test('a connection that did not come about leaves no socket behind, which would keep the process alive', async () => {
  const failure = connectWith({ servers: [`127.0.0.1:${await mute()}`] }, { timeout: 50 });
  await expect(failure).rejects.toThrow('says nothing');
  await expect.poll(() => held.size).toBe(0);
}, 60_000);

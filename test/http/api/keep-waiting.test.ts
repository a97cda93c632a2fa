import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { keepWaiting } from '../../../src/http/api/keep-waiting.ts';

it('an answer that takes long comes on a connection that is cut off when idle', async () => {
  let letGo: () => void = () => undefined;
  const found = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/idle', async (c) => {
    await found;
    return c.text('');
  });
  app.get('/long', async (c) => {
    keepWaiting(c);
    await found;
    return c.text('found');
  });
  const server = createServer(getRequestListener((request, env) => app.fetch(request, env)));
  server.setTimeout(50);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const long = fetch(`${url}/long`);
    // It is cut off when both have been idle for too long.
    await expect(fetch(`${url}/idle`)).rejects.toThrow('fetch failed');
    letGo();
    expect(await (await long).text()).toBe('found');
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

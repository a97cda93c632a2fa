import type { NatsConnection } from 'nats';
import { expect, it } from 'vitest';
import { createShutdown } from '../../src/service/shutdown.ts';

/** A connection that writes down what is done to it. */
function connectionOf(did: string[], drain: () => Promise<void> = async () => undefined) {
  return {
    drain: () => drain().then(() => void did.push('drained')),
    close: async () => void did.push('closed'),
  } as unknown as NatsConnection;
}

it('stops in reverse order, one step after the other, and closes connections at the end; once', async () => {
  const did: string[] = [];
  const shutdown = createShutdown();
  shutdown.closes(connectionOf(did));
  shutdown.onStop(async () => void did.push('first'));
  shutdown.onStop(async () => {
    await Promise.resolve();
    did.push('last');
  });
  await Promise.all([shutdown.stop(), shutdown.stop()]);
  expect(did).toEqual(['last', 'first', 'drained', 'closed']);
});

it('waits no longer than its time for a step that never ends, and closes all the same', async () => {
  const did: string[] = [];
  const shutdown = createShutdown(1);
  shutdown.closes(connectionOf(did, () => new Promise(() => undefined)));
  shutdown.onStop(() => new Promise(() => undefined));
  await shutdown.stop();
  expect(did).toEqual(['closed']);
});

it('closes a connection that can not be drained', async () => {
  const did: string[] = [];
  const shutdown = createShutdown();
  shutdown.closes(connectionOf(did, () => Promise.reject(new Error('away'))));
  await shutdown.stop();
  expect(did).toEqual(['closed', 'closed']);
});

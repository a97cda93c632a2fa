import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { createAbortFeed } from '../../src/nats/abort-feed.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createPublisher } from '../../src/nats/publisher.ts';
import { abortCommand } from '../support/messages.ts';

const subjects = createSubjects();
let storeDir: string;
let server: EmbeddedServer;
let connection: NatsConnection;

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'knell-feed-'));
  server = await startEmbeddedServer({ storeDir });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  await ensureStreams(connection, subjects);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

const abort = async (execution: string) => {
  const publisher = createPublisher(connection, await connection.jetstreamManager(), subjects);
  return publisher.abort(abortCommand({ agent: 'a', execution, attempt: 1 }));
};

test('commands are heard from before and after, also when the server was away meanwhile', async () => {
  const heard: string[] = [];
  await abort('e1');
  const stop = await createAbortFeed(connection.jetstream(), subjects).watch(0, ({ execution }) =>
    heard.push(execution),
  );
  await abort('e2');
  await expect.poll(() => heard).toEqual(['e1', 'e2']);
  const { port } = server;
  await server.stop('kill');
  server = await startEmbeddedServer({ port, storeDir });
  const again = () =>
    abort('e3').then(
      () => true,
      () => false,
    );
  await expect.poll(again).toBe(true);
  // The client notices by missing heartbeats that its consumer is gone.
  await expect.poll(() => heard).toEqual(['e1', 'e2', 'e3']);
  stop();
});

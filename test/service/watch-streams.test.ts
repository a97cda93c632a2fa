import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notice } from '../../src/contracts/notice.ts';
import { CONSUMERS } from '../../src/contracts/subjects.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import type { Service } from '../../src/service/service.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, startTestService, subjects } from '../support/service.ts';

const RUN = { agent: 'a', execution: 'e', attempt: 1 };
let work: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let service: Service;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-streams-'));
  server = await startEmbeddedServer({ storeDir: join(work, 'store') });
  connection = await connect({ servers: server.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
  await ensureStreams(connection, subjects);
  await say(connection, RUN, 'stdout', ['kept']);
});
afterEach(async () => {
  await service.stop();
  await connection.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

/** Starts the service, and settles when it has looked at all streams as they are. */
async function start(lookEveryMs = 50): Promise<void> {
  const looks = connection.subscribe('$JS.API.STREAM.INFO.KNELL_LOGS');
  service = await startTestService(server.url, rulesFrom('rules: []'), undefined, { lookEveryMs });
  let seen = 0;
  for await (const _ of looks) if (++seen === (lookEveryMs > 1_000 ? 2 : 8)) break;
}
const noticeOn = (subject: string) => async (): Promise<string> => {
  const manager = await connection.jetstreamManager();
  const stored = await manager.streams
    .getMessage('KNELL_NOTICES', { last_by_subj: subjects.notices('gap', subject) })
    .catch(() => undefined);
  return stored === undefined ? '' : Notice.parse(stored.json()).message;
};

test('a stream that was made anew is told as that, and not as one whose limits were made smaller', async () => {
  await start();
  await (await connection.jetstreamManager()).streams.delete('KNELL_LOGS');
  await ensureStreams(connection, subjects);
  await expect
    .poll(noticeOn('KNELL_LOGS'))
    .toMatch(/^The stream KNELL_LOGS is another one than before, made at [\dTZ:.-]+: at least 1 entries/);
});

test.each([
  ['seen at a look', 50],
  ['read since the last look', 3_600_000],
])('one that has gone back with an older copy of the store is told as that, by what was %s', async (_, lookEveryMs) => {
  const [store, copy] = [join(work, 'store'), join(work, 'copy')];
  const { port } = server;
  const restart = async (change: () => Promise<void>) => {
    const reconnected = (async () => {
      for await (const { type } of connection.status()) if (type === 'reconnect') return;
    })();
    await server.stop();
    await change();
    server = await startEmbeddedServer({ storeDir: store, port });
    await reconnected;
  };
  await restart(() => cp(store, copy, { recursive: true }));
  if (lookEveryMs < 1_000) await say(connection, RUN, 'stdout', ['lost']);
  await start(lookEveryMs);
  if (lookEveryMs > 1_000) {
    await say(connection, RUN, 'stdout', ['lost']);
    const { consumers } = await connection.jetstreamManager();
    await expect.poll(async () => (await consumers.info('KNELL_LOGS', CONSUMERS.logs)).ack_floor.stream_seq).toBe(2);
  }
  await restart(async () => {
    await rm(store, { recursive: true });
    await cp(copy, store, { recursive: true });
  });
  await expect
    .poll(noticeOn('KNELL_LOGS'))
    .toMatch(/^The stream KNELL_LOGS has gone back: it ended at sequence 2, and then at 1\. .* At least 1 entries/);
});

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoreLoss } from '../../src/contracts/store-loss.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams, openProbes } from '../../src/nats/ensure-streams.ts';
import { createStoreLossStore } from '../../src/nats/store/store-loss-store.ts';
import { startStreamWatch } from '../../src/nats/stream-watch.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { claude } from '../support/claude-lines.ts';
import { setUpRun } from '../support/run-on-streams.ts';
import { subjects } from '../support/service.ts';

/*
 * A server that comes back with an older copy of its store, as after a power cut or a volume that was rolled back, shows nothing of
 * what it stored since: the same streams end earlier, and go on with the same sequences.
 */
let work: string;
let server: EmbeddedServer;
let connection: NatsConnection;

const TEXT = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'text', 'Knell-Alone': 'true' };
const STRUCTURED = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' };
const BANNER = 'Login expired · Please run /login';

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'knell-older-store-'));
  server = await startEmbeddedServer({ storeDir: join(work, 'store') });
  connection = await connect({ servers: server.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

/** Ends the server, does that with its store, and starts it again. */
async function restart(change: () => Promise<void>): Promise<void> {
  const reconnected = (async () => {
    for await (const { type } of connection.status()) if (type === 'reconnect') return;
  })();
  const { port } = server;
  await server.stop();
  await change();
  server = await startEmbeddedServer({ storeDir: join(work, 'store'), port });
  await reconnected;
}

test('what was stored since counts as lost: a run of before is ended for no banner, but for a typed failure', async () => {
  const errors: unknown[] = [];
  const setUp = () => setUpRun(connection, (error) => errors.push(error));
  const [store, copy] = [join(work, 'store'), join(work, 'copy')];
  const quoting = await setUp();
  await openProbes(connection);
  await quoting.tell('started', { runtime: 'claude-code' });
  await restart(() => cp(store, copy, { recursive: true }));
  await quoting.print(['This is what the client prints:'], TEXT);
  const losses: Pick<StoreLoss, 'log'>[] = [];
  const gone: [string, string, number][] = [];
  const watch = startStreamWatch({
    manager: await connection.jetstreamManager(),
    subjects,
    clock: systemClock,
    everyMs: 3_600_000,
    makeAnew: async () => undefined,
    events: {
      streamsChanged: () => undefined,
      entriesLost: ({ stream, how, lost }) => void gone.push([stream, how, lost]),
      messagesDeleted: () => undefined,
      storeMadeAnew: () => undefined,
      storeLost: (loss) => void losses.push(loss),
    },
  });
  await watch.lookNow();
  await restart(async () => {
    await rm(store, { recursive: true });
    await cp(copy, store, { recursive: true });
  });
  await watch.lookNow();
  await watch.stop();
  expect(losses).toEqual([{ log: true }]);
  expect(gone).toEqual([['KNELL_LOGS', 'back', 1]]);
  const { fleet } = await ensureStreams(connection, subjects, 1);
  const later = async () => {
    const run = await setUp();
    await run.print([BANNER], TEXT);
    await run.goOn(41_000, true);
    return run.publisher.aborts.length;
  };
  expect(await later()).toBe(1);
  await createStoreLossStore(fleet).put({ at_ms: Date.now() + 1, log: true });
  await quoting.print([BANNER], TEXT);
  await quoting.goOn(41_000, true);
  expect(quoting.publisher.aborts).toEqual([]);
  await quoting.print([claude.init(), claude.fails('Failed to authenticate. API Error: 401', 401)], STRUCTURED);
  expect(quoting.publisher.aborts).toMatchObject([{ grade: 'typed' }]);
  expect(errors).toEqual([]);
});

import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookAtJetStream } from '../../src/cli/doctor/look-at-server.ts';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { STREAMS } from '../../src/contracts/subjects.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { explainFailure } from '../../src/nats/explain-failure.ts';
import { explainUntaken, isUntaken } from '../../src/nats/explain-untaken.ts';
import { freePort } from '../../src/nats/free-port.ts';
import { openJetStream } from '../../src/nats/open-jetstream.ts';
import { DEFAULT_LAG_BOUNDS, obstacleToReading } from '../../src/service/readiness.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';
import { type NatsCluster, startNatsCluster } from '../support/nats-cluster.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService, subjects } from '../support/service.ts';

const BARE =
  'accounts { BARE: { users: [{ user: bare, password: pw }] }, OPEN: { jetstream: enabled, users: [{ user: open, password: pw }] } }';
let cluster: NatsCluster;
let without: ConfiguredServer;
let account: ConfiguredServer;
const connections: NatsConnection[] = [];

beforeAll(async () => {
  [cluster, without, account] = await Promise.all([
    startNatsCluster(),
    startConfiguredServer('', {}, false),
    startConfiguredServer(BARE),
  ]);
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await Promise.all([cluster.stop(), without.stop(), account.stop()]);
});

async function to(servers: string, login = {}): Promise<NatsConnection> {
  const connection = await connect({ servers, ...login });
  connections.push(connection);
  return connection;
}

test('of a cluster that has lost its quorum everybody says how many servers it takes, and nobody that it has no JetStream', async () => {
  const [kept, ...lost] = cluster.servers;
  const connection = await to(kept?.url ?? '');
  const manager = await openJetStream(connection);
  await ensureStreams(connection, subjects, 3);
  await Promise.all(lost.map((server) => server.stop('kill')));
  // It takes a moment until the last one notices.
  const opening = () =>
    openJetStream(connection).then(
      () => undefined,
      (reason: { code?: string }) => reason,
    );
  await expect.poll(async () => (await opening())?.code, { timeout: 20_000 }).toBe('JETSTREAM_AWAY');
  const refused = await opening();
  expect(exitCodeOf(refused)).toBe(3);
  const failure = await manager.getAccountInfo().catch((error: unknown) => error);
  const said = [
    (refused as Error).message,
    (await lookAtJetStream(connection))[0]?.message,
    explainFailure(failure),
    obstacleToReading({ lags: [], answeredMs: 0, failure }, DEFAULT_LAG_BOUNDS, 0),
  ];
  expect(new Set(said).size).toBe(1);
  expect(said[0]).toMatch(/^JetStream does not answer: .* no leader: .*2 of 3/);
  // What is published finds nobody either, as if its stream had been deleted.
  const untaken = () =>
    connection
      .jetstream()
      .publish(subjects.notices('rules', 'x'), '')
      .catch((error: unknown) => error);
  await expect.poll(async () => isUntaken(await untaken()), { timeout: 60_000 }).toBe(true);
  // Which of the two depends on who led the stream; a server that has just lost the others may answer late.
  await expect
    .poll(() => explainUntaken(manager, STREAMS.notices, subjects.all('notices')), { timeout: 60_000 })
    .toMatch(
      /^(?:the stream KNELL_NOTICES has no leader now: |JetStream does not answer: its servers have no leader: )/,
    );
});

test('of a stream that is gone, deaf or there the server says just that, where nobody took a message for it', async () => {
  const connection = await to(`127.0.0.1:${account.port}`, { user: 'open', pass: 'pw' });
  const manager = await openJetStream(connection);
  const why = () => explainUntaken(manager, 'X', 'x.>');
  expect(await why()).toBe('the stream X is gone: restart the service, which makes it anew');
  await manager.streams.add({ name: 'X', subjects: ['y.>'] });
  expect(await why()).toMatch(/^the stream X does not listen to x\.> \(it has: y\.>\)/);
  await manager.streams.update('X', { subjects: ['x.>'] });
  expect(await why()).toBe('the stream X did not take it, and is there now: it is tried again');
});

test('a service that starts meanwhile answers that it waits for a leader, and is ready once there is one', async () => {
  const http = { host: '127.0.0.1', port: await freePort(20_100) };
  const starting = startTestService(cluster.servers[0]?.url ?? '', rulesFrom('rules: []'), undefined, { http });
  const readyz = async () => {
    const answer = await fetch(`http://127.0.0.1:${http.port}/readyz`);
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  await expect
    .poll(() => readyz().catch(String), { timeout: 60_000 })
    .toMatch(/^503 starting again: JetStream does not answer: .* no leader/);
  await Promise.all([cluster.restart(1), cluster.restart(2)]);
  const service = await starting;
  await expect.poll(readyz, { timeout: 60_000 }).toBe('200 ready');
  await service.stop();
  await expect(readyz()).rejects.toThrow();
});

test.each([
  ['a server', async () => to(`127.0.0.1:${without.port}`), /no JetStream: start it with -js/],
  [
    'an account',
    async () => to(`127.0.0.1:${account.port}`, { user: 'bare', pass: 'pw' }),
    /no JetStream for this account/,
  ],
])('of %s that has no JetStream it is said so', async (_, open, words) => {
  const connection = await open();
  await expect(openJetStream(connection)).rejects.toMatchObject({
    code: 'JETSTREAM_DISABLED',
    message: expect.stringMatching(words),
  });
  expect(await lookAtJetStream(connection)).toMatchObject([{ level: 'failed', message: expect.stringMatching(words) }]);
});

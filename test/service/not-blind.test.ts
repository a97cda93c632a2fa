import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, DiscardPolicy, type JetStreamManager, type NatsConnection, nanos } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Login } from '../../src/login/login.ts';
import { readLogin } from '../../src/login/read-login.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import type { Service } from '../../src/service/service.ts';
import type { ServiceOptions } from '../../src/service/service-options.ts';
import { claude } from '../support/claude-lines.ts';
import { startConfiguredServer } from '../support/configured-server.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, nextRecord, say, startTestService, subjects } from '../support/service.ts';

/*
 * What keeps a service from reading, deciding or commanding shows in /readyz, with what to do; and what can be mended
 * without a restart is mended.
 */

const rules = rulesFrom(`
rules:
  - id: token-expired
    match: [{ event: result, text: 'token has expired' }]
`);
const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
let storeDir: string;
let server: EmbeddedServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let service: Service | undefined;
let runs = 0;
const freshRun = () => ({ agent: 'a', execution: `e${++runs}`, attempt: 1 });

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'knell-blind-'));
  server = await startEmbeddedServer({ storeDir });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  await ensureStreams(connection, subjects);
  manager = await connection.jetstreamManager();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await connection.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

async function start(more: Partial<ServiceOptions> = {}): Promise<void> {
  service = await startTestService(server.url, rules, undefined, { lookEveryMs: 50, ...more });
}
const readyz = async () => {
  const answer = await fetch(`${service?.httpUrl}/readyz`);
  return `${answer.status} ${(await answer.text()).trim()}`;
};

test.each([
  ['reads other subjects', { filter_subject: 'knell.logs.other.>' }, 'reads only knell.logs.other.>, not knell.logs.>'],
  ['gives up', { max_deliver: 3 }, 'gives up after 3 deliveries'],
])('a consumer that somebody edits so that it %s makes it false, until it is as it was', async (_, edit, reason) => {
  await start();
  await manager.consumers.update('KNELL_LOGS', 'knell_workers', edit);
  await expect.poll(readyz).toContain(`503 the consumer knell_workers of KNELL_LOGS ${reason}: remove it`);
  await manager.consumers.update('KNELL_LOGS', 'knell_workers', { filter_subject: 'knell.logs.>', max_deliver: -1 });
  await expect.poll(readyz).toBe('200 ready');
});

test('a stream whose subjects somebody edits makes it false, until they are as they were', async () => {
  await start();
  await manager.streams.update('KNELL_LOGS', { subjects: ['elsewhere.>'] });
  await expect
    .poll(readyz)
    .toContain('503 the stream KNELL_LOGS does not listen to knell.logs.> (it has: elsewhere.>)');
  await manager.streams.update('KNELL_LOGS', { subjects: ['knell.logs.>'] });
  await expect.poll(readyz).toBe('200 ready');
});

test.each([
  ['KNELL_LOGS', { max_msgs_per_subject: 5 }, 'keeps 5 messages of a subject', { max_msgs_per_subject: -1 }],
  ['KNELL_RUNS', { max_msg_size: 100 }, 'takes no message of more than 100 bytes', { max_msg_size: -1 }],
  ['KNELL_FAILURES', { max_msgs: 1, discard: DiscardPolicy.New }, 'is full and refuses', { max_msgs: -1 }],
  ['KNELL_ABORTS', { max_bytes: 300 }, 'holds too little', { max_bytes: -1 }],
  [
    'KNELL_ABORTS',
    { max_age: 1e9, duplicate_window: 1e9 },
    'holds too little',
    { max_age: 7 * 24 * 3_600e9, duplicate_window: 600e9 },
  ],
  [
    'KV_knell_fleet',
    { subjects: ['$KV.elsewhere.>'] },
    'does not listen to $KV.knell_fleet.>',
    { subjects: ['$KV.knell_fleet.>'] },
  ],
  ['KV_knell_subscriptions', { no_ack: true }, 'does not confirm what it stores', { no_ack: false }],
  ['KV_knell_subscriptions', { max_bytes: 100 }, 'has room for 100 bytes', { max_bytes: -1 }],
  ['KNELL_RUNS', { max_bytes: 100, discard: DiscardPolicy.New }, 'has room for 100 bytes', { max_bytes: -1 }],
  ['KV_knell_runs', { max_msg_size: 100 }, 'takes no message of more than 100 bytes', { max_msg_size: -1 }],
  ['KV_knell_runs', { max_msgs: 50, discard: DiscardPolicy.Old }, 'forgets its oldest entries', { max_msgs: -1 }],
  [
    'KV_knell_runs',
    { max_age: nanos(1_000), duplicate_window: nanos(1_000) },
    'forgets its entries after 1 s',
    { max_age: 0 },
  ],
])('a size of %s that loses what is written to it makes it false: %j', async (stream, edit, reason, undo) => {
  await start();
  const run = freshRun();
  const ended = nextRecord(connection, run);
  await say(connection, run, 'stdout', doom);
  await ended;
  await manager.streams.update(stream, edit);
  await expect.poll(readyz).toContain(`503 the stream ${stream} ${reason}`);
  await manager.streams.update(stream, undo);
  await expect.poll(readyz).toBe('200 ready');
});

test('all reasons are listed, a line each', async () => {
  await start();
  await manager.streams.delete('KV_knell_runs');
  await manager.streams.delete('KNELL_ABORTS');
  await manager.consumers.update('KNELL_LOGS', 'knell_workers', { max_deliver: 3 });
  await expect
    .poll(async () => (await readyz()).split('\n'))
    .toEqual([
      expect.stringMatching(/^503 the consumer knell_workers of KNELL_LOGS gives up after 3 deliveries/),
      expect.stringMatching(/^the stream KNELL_ABORTS is gone: restart the service/),
      expect.stringMatching(/^the stream KV_knell_runs is gone/),
    ]);
});

test('commands that the stream refuses make it false, and the next one that it takes makes it true again', async () => {
  const run = freshRun();
  await start();
  await manager.streams.update('KNELL_ABORTS', { max_bytes: 100, discard: DiscardPolicy.New });
  await say(connection, run, 'stdout', doom);
  await expect
    .poll(readyz)
    .toMatch(
      /^503 the stream KNELL_ABORTS has room for 100 bytes .*\nknell could not publish abort commands \(KNELL_ABORTS\): JetStream refused it: maximum bytes exceeded/,
    );
  const abort = nextAbort(connection, run);
  await manager.streams.update('KNELL_ABORTS', { max_bytes: -1, discard: DiscardPolicy.Old });
  await abort;
  await expect.poll(readyz).toBe('200 ready');
});

test.each([
  ['subscriptions', /could not store what it knows of subscriptions, so preflight goes by what it knew before/],
  ['fleet', /could not store the mode of the fleet, counts and the account/],
])('a bucket %s that refuses what is written makes it false, and true again when it takes it', async (name, reason) => {
  const run = freshRun();
  await start();
  const bucket = `KV_knell_${name}`;
  await manager.streams.update(bucket, { max_bytes: 100 });
  const started = { schema: 'knell.run/v1', type: 'started', ...run, at: new Date().toISOString(), subscription: 's1' };
  await connection.jetstream().publish(subjects.runs(run), JSON.stringify(started));
  // What no rule knows is counted.
  await say(connection, run, 'stdout', [claude.init(), claude.fails('the flux is out of order', 418)]);
  await expect.poll(readyz).toMatch(reason);
  expect(await readyz()).toContain('JetStream refused it: maximum bytes exceeded (see "knell doctor")');
  await manager.streams.update(bucket, { max_bytes: -1 });
  await expect.poll(readyz).toBe('200 ready');
});

test.each([
  [
    'publish commands',
    'knell.aborts.>',
    /^503 knell could not publish abort commands .*does not allow this login to publish to knell\.aborts\./,
  ],
  [
    'read back what hosts said',
    '$JS.API.STREAM.MSG.GET.KNELL_RUNS',
    /^503 the NATS server does not allow this login to publish to \$JS\.API\.STREAM\.MSG\.GET\.KNELL_RUNS/,
  ],
])('a login that may not %s makes it false, with the right that it lacks', async (_, denied, reason) => {
  const guarded = await startConfiguredServer(
    `authorization { users = [ {user: k, password: k, permissions: {publish: {allow: ">", deny: "${denied}"}}}, {user: adm, password: adm} ] }`,
  );
  const other = await connect({ servers: `127.0.0.1:${guarded.port}`, user: 'adm', pass: 'adm' });
  try {
    const url = `nats://127.0.0.1:${guarded.port}`;
    // It is not the age of what waits that tells.
    await start({
      nats: readLogin(url, { NATS_USER: 'k', NATS_PASSWORD: 'k' }) as Login,
      lagBounds: { seconds: 3_600 },
    });
    await say(other, freshRun(), 'stdout', doom);
    await expect.poll(readyz).toMatch(reason);
  } finally {
    await service?.stop();
    service = undefined;
    await other.close();
    await guarded.stop();
  }
});

test('a message that was delivered and is never settled makes it false', async () => {
  await start();
  await service?.stop();
  await say(connection, freshRun(), 'stdout', ['held']);
  const held = await (await connection.jetstream().consumers.get('KNELL_LOGS', 'knell_workers')).next();
  await start({ lagBounds: { seconds: 0.5 } });
  await expect
    .poll(readyz)
    .toMatch(
      /^503 the oldest of 1 messages that the consumer knell_workers delivered from KNELL_LOGS, and that are not/,
    );
  held?.ack();
  await expect.poll(readyz).toBe('200 ready');
});

test('a server that comes back with an empty store gets all that it needs, and runs get their verdicts again', async () => {
  await start();
  const notices = connection.subscribe('knell.notices.gap.store', { max: 1 });
  const { port } = server;
  await server.stop('kill');
  await rm(storeDir, { recursive: true, force: true });
  server = await startEmbeddedServer({ port, storeDir });
  for await (const message of notices) expect(message.json()).toMatchObject({ kind: 'gap' });
  const run = freshRun();
  const abort = nextAbort(connection, run);
  await say(connection, run, 'stdout', doom);
  await abort;
  await expect.poll(readyz).toBe('200 ready');
});

test('a run that began before the server came back with an empty store is not ended for the failure of one turn; one that begins then is', async () => {
  await start();
  const { port } = server;
  const notices = connection.subscribe('knell.notices.gap.store', { max: 1 });
  await server.stop('kill');
  await rm(storeDir, { recursive: true, force: true });
  server = await startEmbeddedServer({ port, storeDir });
  for await (const _ of notices) break;
  const { streams } = manager;
  const kept = () => streams.getMessage('KV_knell_fleet', { last_by_subj: '$KV.knell_fleet.store_loss' });
  await expect.poll(() => kept().catch(() => undefined)).toBeDefined();
  const [before, later] = [freshRun(), freshRun()];
  await say(connection, before, 'stdout', doom, { 'Knell-Line': '7' });
  const state = async () =>
    (await streams.getMessage('KV_knell_runs', { last_by_subj: `$KV.knell_runs.a.${before.execution}.1` })).json();
  await expect.poll(() => state().catch(() => undefined)).toMatchObject({ start_lost: true });
  const abort = nextAbort(connection, later);
  await say(connection, later, 'stdout', doom, { 'Knell-Line': '0' });
  expect(await abort).toMatchObject(later);
  expect((await streams.info('KNELL_ABORTS')).state.messages).toBe(1);
});

test('a server that comes back with an empty store is not called ready before it was looked at', async () => {
  // Longer than the test: only the return itself makes the service look.
  await start({ lookEveryMs: 3_600_000 });
  expect(await readyz()).toBe('200 ready');
  const { port } = server;
  await server.stop('kill');
  await expect.poll(readyz).toContain('503 the NATS server is away');
  await rm(storeDir, { recursive: true, force: true });
  const answers: string[] = [];
  await Promise.all([
    expect
      .poll(async () => answers[answers.push(await readyz()) - 1], { interval: 1 })
      .toMatch(/^503 the consumer knell_workers of KNELL_LOGS is gone/),
    startEmbeddedServer({ port, storeDir }).then((started) => {
      server = started;
    }),
  ]);
  expect(answers).not.toContain('200 ready');
});

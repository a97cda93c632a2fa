import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, DiscardPolicy, headers, StorageType } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { doctorCommand } from '../../../src/cli/doctor/doctor.ts';
import { NO_FLEET_MODE } from '../../../src/contracts/fleet-mode.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/nats/embedded-server.ts';
import { ensureStreams, openProbes, openRules } from '../../../src/nats/ensure-streams.ts';
import { createFleetModeStore } from '../../../src/nats/store/fleet-mode-store.ts';
import type { Service } from '../../../src/service/service.ts';
import { newKeyPair, readSigningKey } from '../../../src/signing/keys.ts';
import { sign } from '../../../src/signing/signature.ts';
import { runCommand } from '../../support/command.ts';
import { startConfiguredServer } from '../../support/configured-server.ts';
import { useNatsServer } from '../../support/nats.ts';
import { rulesFrom } from '../../support/rules.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../../support/service.ts';

const nats = useNatsServer();
const run = { agent: 'a', execution: 'e', attempt: 1 };
let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

interface Row {
  check: string;
  level: string;
  message: string;
}

/** What the doctor finds, by check. */
async function examine(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const more = { NATS_URL: nats.server.url, ...env };
  const { code, out, err } = await runCommand(doctorCommand(), ['doctor', '--json', ...args], more);
  const rows = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
  return { code, err, rows, of: (check: string) => rows.filter((row) => row.check === check) };
}
const startService = (more = {}) =>
  startTestService(nats.server.url, rulesFrom('rules: []'), undefined, {
    rulesFolder: { path: 'rules', load: {} },
    published: { load: {} },
    ...more,
  });

describe('knell doctor', () => {
  test('where no server answers, it says so and exits 3, and still looks at this host', async () => {
    const server = await startEmbeddedServer();
    await server.stop();
    const { code, of, rows } = await examine([], { NATS_URL: server.url });
    expect(code).toBe(3);
    expect(of('server')).toMatchObject([
      { level: 'failed', message: expect.stringContaining('no NATS server answers at') },
    ]);
    expect(rows.map(({ check }) => check)).toContain('tap');
  });

  test('where no server is named, it says how to name one', async () => {
    const { code, of } = await examine([], { NATS_URL: '' });
    expect(code).toBe(1);
    expect(of('server')[0]?.message).toContain('set NATS_URL');
  });

  test('on a fresh server it names what is missing, and creates nothing', async () => {
    const { code, of } = await examine();
    expect(code).toBe(1);
    expect(of('streams')).toMatchObject([{ level: 'failed', message: expect.stringContaining('knell serve') }]);
    expect(of('workers')).toMatchObject([{ level: 'failed', message: expect.stringContaining('knell serve') }]);
    const manager = await nats.connection.jetstreamManager();
    expect(await manager.streams.list().next()).toEqual([]);
  });

  test('beside a running service everything is right but for the keys, of which it says what that means', async () => {
    service = await startService();
    const { code, rows, of } = await examine([], { KNELL_HTTP: new URL(service.httpUrl ?? '').host });
    const onServer = rows.filter(({ check }) => !['patterns', 'spool', 'agents'].includes(check));
    expect(onServer.filter(({ level }) => level !== 'ok')).toMatchObject([
      { check: 'keys', level: 'warning', message: expect.stringContaining('can end runs') },
    ]);
    expect(of('server')[0]?.message).toMatch(
      /^nats-server \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+, logged in without a name/,
    );
    expect(of('rules')[0]?.message).toMatch(/^[0-9a-f]+ on [0-9a-f]{8} \(.+\), from the folder/);
    expect(of('clock')[0]?.message).toMatch(/clock is 0\.\d s (behind|ahead of)/);
    expect(of('readiness')[0]?.message).toMatch(/\/readyz says ready$/);
    expect(code).toBe(0);
  });

  test('prints a line for each check, and how many want mending', async () => {
    const { out } = await runCommand(doctorCommand(), ['doctor'], { NATS_URL: nats.server.url });
    expect(out).toMatch(/^ok {7}server {2,}nats-server/m);
    expect(out).toMatch(/^failed {3}workers {2,}none answers/m);
    expect(out).toMatch(/^\d to mend, \d warnings?$/m);
  });

  test('a worker that is not ready is told with its reason', async () => {
    const server = createServer((_, answer) => answer.writeHead(503).end('JetStream does not answer\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { of } = await examine(['--http', `127.0.0.1:${port}`]);
    server.close();
    expect(of('readiness')).toMatchObject([
      { level: 'failed', message: expect.stringContaining('JetStream does not answer') },
    ]);
    await once(server, 'close');
    expect((await examine(['--http', `127.0.0.1:${port}`])).of('readiness')[0]?.message).toContain('ECONNREFUSED');
  });

  test('unread output that no worker asks for, dead letters and shadow mode are told with what to do', async () => {
    const { fleet } = await ensureStreams(nats.connection, subjects);
    await createFleetModeStore(fleet).put(
      {
        ...NO_FLEET_MODE,
        mode: 'shadow',
        shadowed: { 'acme/x': { reason: 'too many', by: 'knell', at: '2026-01-01T00:00:00.000Z' } },
      },
      0,
    );
    await say(nats.connection, run, 'stdout', ['unheard']);
    const gap = {
      schema: 'knell.notice/v1',
      kind: 'gap',
      at: new Date().toISOString(),
      message: '7 messages were dropped.',
    };
    await nats.connection.jetstream().publish(subjects.notices('gap', 'KNELL_LOGS'), JSON.stringify(gap));
    await nats.connection.jetstream().publish(subjects.dead('knell.logs.a.e.1.stdout'), 'poison');
    const { of } = await examine();
    expect(of('mode').map(({ message }) => message)).toEqual([
      expect.stringContaining('knell mode enforce'),
      expect.stringContaining('knell mode --release acme/x'),
    ]);
    expect(of('notices')).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/^7 messages were dropped\. \(gap, /) },
    ]);
    expect(of('dead letters')).toMatchObject([
      { level: 'warning', message: expect.stringContaining('knell dead list') },
    ]);
    expect(of('lag')).toMatchObject([
      { level: 'warning', message: expect.stringContaining('1 messages of KNELL_LOGS wait') },
    ]);
    expect((await examine([], { KNELL_LAG_MESSAGES: '1', KNELL_LAG_SECONDS: '1' })).of('lag')[0]?.level).toMatch(
      /failed|warning/,
    );
  });
});

describe('the keys', () => {
  const work = mkdtempSync(join(tmpdir(), 'knell-doctor-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const [own, other] = [newKeyPair(), newKeyPair()];
  const payload = Buffer.from('{}');
  const publish = async (pem?: string) => {
    const head = headers();
    if (pem) head.set('Knell-Signature', sign(subjects.aborts(run), payload, readSigningKey(pem)));
    await nats.connection.jetstream().publish(subjects.aborts(run), payload, { headers: head });
  };
  beforeAll(async () => {
    await ensureStreams(nats.connection, subjects);
  });

  test.each([
    ['no command yet', undefined, 'ok', 'no abort command yet'],
    ['its own signature', own.privatePem, 'ok', 'is signed by one'],
    ["another key's", other.privatePem, 'failed', 'signed by another key'],
    ['none', '', 'failed', 'is not signed'],
  ])('are compared with the last command: %s', async (_, pem, level, message) => {
    if (pem !== undefined) await publish(pem);
    const { of } = await examine([], { KNELL_PUBLIC_KEYS: own.publicKey });
    expect(of('keys')).toMatchObject([{ level, message: expect.stringContaining(message) }]);
  });

  test('where commands are signed and no key is known here, it says so', async () => {
    await publish(own.privatePem);
    expect((await examine()).of('keys')).toMatchObject([
      { level: 'warning', message: expect.stringContaining('no public key is known here') },
    ]);
  });

  test('a private key that others can read, or that is none, is told', async () => {
    const file = join(work, 'key.pem');
    writeFileSync(file, own.privatePem, { mode: 0o644 });
    expect((await examine([], { KNELL_SIGNING_KEY_FILE: file })).of('keys')[0]?.message).toContain('chmod 600');
    writeFileSync(file, 'no key');
    const { of, code } = await examine([], { KNELL_SIGNING_KEY_FILE: file });
    expect([code, of('keys')[0]?.level]).toEqual([1, 'failed']);
    expect(of('keys')[0]?.message).toContain('knell keys new');
  });
});

describe('agents on the PATH', () => {
  test('are programs, and no folders that are called alike', async () => {
    const path = mkdtempSync(join(tmpdir(), 'knell-path-'));
    try {
      mkdirSync(join(path, 'claude'));
      const message = async () => (await examine([], { PATH: path })).of('agents')[0]?.message;
      expect(await message()).toContain('none that knell knows');
      writeFileSync(join(path, 'codex'), '', { mode: 0o755 });
      expect(await message()).toBe('on the PATH: codex');
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  });
});

describe('a login that may do little', () => {
  let server: Awaited<ReturnType<typeof startConfiguredServer>>;
  beforeAll(async () => {
    server = await startConfiguredServer(
      `authorization { users: [
        { user: few, password: few, permissions: { publish: ["$JS.API.INFO"], subscribe: ["_INBOX.>", "knell.aborts.>"] } }
        { user: none, password: none, permissions: { publish: { deny: ">" }, subscribe: "_INBOX.>" } }
      ] }`,
    );
  });
  afterAll(() => server.stop());

  test('is told what it lacks, look by look', async () => {
    const { of, code } = await examine([], { NATS_URL: `nats://few:few@127.0.0.1:${server.port}` });
    expect(of('permissions')[0]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('may not listen to knell.failures.>, knell.notices.>'),
    });
    expect(of('streams')[0]).toMatchObject({
      level: 'failed',
      message: expect.stringMatching(/does not allow this login to publish to \$JS\.API\.STREAM\.INFO\./),
    });
    expect(code).toBe(1);
  });

  test('is told of each look what it lacks there, and not what it lacked before', async () => {
    const { of, code } = await examine([], { NATS_URL: `nats://none:none@127.0.0.1:${server.port}` });
    expect(of('permissions')[0]?.message).toContain(
      'may not listen to knell.aborts.>, knell.failures.>, knell.notices.>',
    );
    expect(of('jetstream')[0]).toMatchObject({
      level: 'failed',
      message: expect.stringContaining('does not allow this login to publish to $JS.API.INFO'),
    });
    expect(code).toBe(1);
  });

  test('a wrong password is told as that, and exits 3', async () => {
    const { of, code } = await examine([], { NATS_URL: `nats://few:wrong@127.0.0.1:${server.port}` });
    expect([code, of('server')[0]?.message]).toEqual([3, expect.stringContaining('refused the login')]);
  });
});

describe('what does not fit', () => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await startEmbeddedServer();
  });
  afterAll(() => server.stop());

  test('is told stream by stream, with what to do', async () => {
    const connection = await connect({ servers: server.url });
    const manager = await connection.jetstreamManager();
    await manager.streams.add({ name: 'KNELL_RUNS', subjects: ['other.runs.>'] });
    await manager.streams.add({
      name: 'KNELL_LOGS',
      subjects: ['knell.logs.>'],
      allow_direct: true,
      storage: StorageType.Memory,
      discard: DiscardPolicy.New,
    });
    await connection.jetstream().views.kv('knell_runs', { history: 1, ttl: 60_000 });
    await manager.consumers.add('KNELL_LOGS', { durable_name: 'knell_workers', ack_policy: 'none' as never });
    await connection.close();
    const { of } = await examine([], { NATS_URL: server.url });
    expect(of('streams')).toMatchObject([
      { level: 'failed', message: expect.stringContaining('KNELL_ABORTS, KNELL_ACKS') },
      { level: 'warning', message: expect.stringContaining('KNELL_LOGS is kept in memory') },
      { level: 'warning', message: expect.stringContaining('KNELL_LOGS refuses new messages') },
      { level: 'warning', message: expect.stringContaining('KNELL_LOGS takes a repeated message') },
      { level: 'warning', message: expect.stringContaining('KNELL_LOGS can be purged') },
      { level: 'failed', message: expect.stringContaining('KNELL_RUNS does not listen to knell.runs.>') },
    ]);
    expect(of('buckets').map(({ message }) => message)).toContain(
      'knell_runs forgets after 60 s; after 604800 s is what knell sets',
    );
    expect(of('consumers')[0]?.message).toContain('knell_workers of KNELL_LOGS has the ack policy none');
  });
});

test('a bucket without room for what is written to it is told, with its bound and what to do', async () => {
  const server = await startEmbeddedServer();
  const connection = await connect({ servers: server.url });
  try {
    await ensureStreams(connection, subjects);
    await Promise.all([openProbes(connection), openRules(connection)]);
    const manager = await connection.jetstreamManager();
    for (const stream of ['KV_knell_fleet', 'KV_knell_runs', 'OBJ_knell_bundles']) {
      await manager.streams.update(stream, { max_bytes: 100 });
    }
    await manager.streams.update('KV_knell_subscriptions', { max_bytes: 2 ** 20 });
    for (const key of ['a', 'b', 'c', 'd']) {
      await connection.jetstream().publish(`$KV.knell_subscriptions.${key}`, Buffer.alloc(2 ** 18 - 1_000));
    }
    const { of, code } = await examine([], { NATS_URL: server.url });
    const mend = 'set max_bytes to -1, or more than 1048576';
    expect(of('buckets').map(({ level, message }) => `${level} ${message}`)).toEqual([
      expect.stringContaining(
        `failed knell_runs has room for 100 bytes (max_bytes) and refuses what finds none: ${mend}`,
      ),
      'failed knell_subscriptions is full and refuses what is written to it: it may hold 1048576 bytes. Raise max_bytes',
      expect.stringContaining('failed knell_fleet has room for 100 bytes'),
      expect.stringContaining('failed knell_bundles has room for 100 bytes'),
    ]);
    expect(code).toBe(1);
  } finally {
    await connection.close();
    await server.stop();
  }
});

describe('knell doctor --account', () => {
  test('everything that was stored is decided, rejected, dead or waits: nothing is lost without a count', async () => {
    service = await startService();
    await untilAllIsRead(nats.connection);
    for (let sent = 0; sent < 5; sent += 1) await say(nats.connection, run, 'stdout', ['one', 'two']);
    await say(nats.connection, run, 'stdout', ['x'], { 'Knell-Codec': 'nonsense' });
    await untilAllIsRead(nats.connection);
    await service.stop();
    service = undefined;
    await say(nats.connection, run, 'stdout', ['waits']);
    const { rows, code } = await examine(['--account']);
    expect(rows).toMatchObject([{ check: 'account', level: 'ok' }]);
    expect(rows[0]?.message).toMatch(/^8 messages of output stored = 6 decided \+ 1 rejected .* \+ 1 unread$/);
    expect(code).toBe(0);
    const { fleet } = await ensureStreams(nats.connection, subjects);
    await fleet.put('account', 'junk');
    expect((await examine(['--account'])).rows).toEqual(rows);
  });
});

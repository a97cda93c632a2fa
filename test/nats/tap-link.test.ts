import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Login } from '../../src/login/login.ts';
import { readLogin } from '../../src/login/read-login.ts';
import { createNatsLink, type NatsLinkOptions } from '../../src/nats/tap-link.ts';
import type { AbortOrder, LinkLosses, LogChunk, TapLink } from '../../src/tap/tap-link.ts';
import { startConfiguredServer } from '../support/configured-server.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { NO_LOSSES, orderFor } from '../support/recording-link.ts';
import { startTapServer, type TapServer } from '../support/tap-streams.ts';

const run = { agent: 'a', execution: 'e', attempt: 1 };
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const event = (type: 'heartbeat' | 'exited') => ({
  schema: 'knell.run/v1' as const,
  ...run,
  type,
  at: '2026-01-01T00:00:00.000Z',
});
const ack = {
  schema: 'knell.ack/v1' as const,
  command_id: 'c',
  ...run,
  outcome: 'terminated' as const,
  by: 'tap',
  at: '2026-01-01T00:00:00.000Z',
};
function chunk(firstLine: number, ...lines: string[]): LogChunk {
  return {
    stream: 'stdout',
    firstLine,
    lineCount: lines.length,
    atMs: Date.UTC(2026, 0, 1),
    payload: Buffer.from(lines.join('\n')),
  };
}

async function server(...args: Parameters<typeof startTapServer>): Promise<TapServer> {
  const started = await startTapServer(...args);
  cleanUps.push(() => started.stop());
  return started;
}
function link(servers: string, options: Partial<NatsLinkOptions> = {}): TapLink {
  const made = createNatsLink({ login: readLogin(servers, {}) as Login, run, ...options });
  cleanUps.push(() => made.close(0));
  return made;
}
/** What a link says of its losses that is closed so soon that it may not have heard of the reason: then the next one waits longer. */
async function lossesWithProblem(make: () => TapLink, closeWithinMs: number): Promise<LinkLosses> {
  for (let withinMs = closeWithinMs; ; withinMs *= 4) {
    const losses = await make().close(withinMs);
    if (losses.problem !== undefined) return losses;
  }
}
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe('a link to NATS', () => {
  it('publishes lines with their headers, run events and acks, each to its subject', async () => {
    const { server: nats, stored } = await server();
    const tap = link(nats.url, { runtime: 'claude-code', subscription: 'équipe', goesOn: 'turns' });
    tap.publishLog(chunk(0, 'one', 'two'));
    tap.publishLog({ ...chunk(2, 'three'), isAlone: true });
    tap.publishRun(event('exited'));
    tap.ack(ack);
    expect(await tap.close(10_000)).toEqual(NO_LOSSES);
    const logs = await stored('KNELL_LOGS');
    expect(logs.map(({ subject, text }) => [subject, text])).toEqual([
      ['knell.logs.a.e.1.stdout', 'one\ntwo'],
      ['knell.logs.a.e.1.stdout', 'three'],
    ]);
    expect(logs[1]?.headers).toMatchObject({
      'Knell-Runtime': 'claude-code',
      'Knell-Subscription': 'équipe',
      'Knell-Line': '2',
      'Knell-Time': '2026-01-01T00:00:00.000Z',
      'Knell-Alone': 'true',
      'Knell-Goes-On': 'turns',
    });
    expect(logs[0]?.headers).not.toHaveProperty('Knell-Alone');
    expect((await stored('KNELL_RUNS')).map(({ subject, text }) => [subject, JSON.parse(text)])).toEqual([
      ['knell.runs.a.e.1', event('exited')],
    ]);
    expect((await stored('KNELL_ACKS')).map(({ subject, text }) => [subject, JSON.parse(text)])).toEqual([
      ['knell.acks.a.e.1', ack],
    ]);
  });

  it('does not take a second tap of the same run for a repetition', async () => {
    const { server: nats, stored } = await server();
    for (const text of ['first', 'second']) {
      const tap = link(nats.url);
      tap.publishLog(chunk(0, text));
      await tap.close(10_000);
    }
    expect((await stored('KNELL_LOGS')).map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('keeps trying when the server is away at the start, and then delivers all in order', async () => {
    const port = await freePort();
    const tap = link(`nats://127.0.0.1:${port}`);
    for (let n = 0; n < 50; n++) tap.publishLog(chunk(n, `line ${n}`));
    tap.publishRun(event('heartbeat'));
    tap.publishRun(event('exited'));
    const { stored } = await server({ port });
    expect(await tap.close(20_000)).toEqual(NO_LOSSES);
    expect((await stored('KNELL_LOGS')).map(({ text }) => text)).toEqual(
      Array.from({ length: 50 }, (_, n) => `line ${n}`),
    );
    // A heartbeat of a time when nobody was there says nothing now.
    expect((await stored('KNELL_RUNS')).map(({ text }) => JSON.parse(text).type)).toEqual(['exited']);
  });

  it('loses, repeats and swaps nothing when the server goes away and comes back, spool included', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'knell-store-'));
    cleanUps.push(() => rm(storeDir, { recursive: true, force: true }));
    const port = await freePort();
    const before = await server({ port, storeDir });
    const tap = link(before.server.url, { memoryBytes: 20_000 });
    let n = 0;
    const publish = (count: number) => {
      for (const end = n + count; n < end; n++) tap.publishLog(chunk(n, `line ${n}`));
    };
    publish(20);
    await before.holds('KNELL_LOGS', 20);
    publish(20);
    await before.stop();
    publish(200);
    const after = await server({ port, storeDir }, []);
    publish(20);
    expect(await tap.close(20_000)).toEqual(expect.objectContaining({ droppedLines: 0, unsentLines: 0 }));
    expect((await after.stored('KNELL_LOGS')).map(({ text }) => text)).toEqual(
      Array.from({ length: n }, (_, at) => `line ${at}`),
    );
  });

  it('counts what finds no room and what is still there when time is up', async () => {
    const fill = () => {
      const tap = link('nats://127.0.0.1:1', { memoryBytes: 5 * 1_024, spool: { maxBytes: 0 } });
      for (let n = 0; n < 10; n++) tap.publishLog(chunk(n, 'x'.repeat(512)));
      tap.publishRun(event('exited'));
      tap.ack(ack);
      return tap;
    };
    expect(await lossesWithProblem(fill, 100)).toMatchObject({
      ...{ droppedLines: 5, droppedBytes: 5 * 512, unsentLines: 5, unsentBytes: 5 * 512, unsentMessages: 2 },
      problem: expect.stringMatching(/^no NATS server answers at 127\.0\.0\.1:1: .* running one$/),
    });
  });

  it('waits for nothing at the end where the server refuses the login', async () => {
    const refusing = await startConfiguredServer('authorization { user: u, password: p }');
    cleanUps.push(() => refusing.stop());
    // Time stands still: it would wait for good.
    const tap = link(`nats://u:wrong@127.0.0.1:${refusing.port}`, { clock: createManualClock(0) });
    tap.publishLog(chunk(0, 'lost'));
    expect(await tap.close(5_000)).toMatchObject({
      unsentLines: 1,
      problem: expect.stringContaining('refused the login'),
    });
  }, 60_000);

  it('waits for a stream that does not exist yet, and says so when it never comes', async () => {
    const { server: nats, jsm, stored } = await server({}, []);
    const early = () => {
      const tap = link(nats.url);
      tap.publishLog(chunk(0, 'early'));
      return tap;
    };
    expect(await lossesWithProblem(early, 300)).toMatchObject({
      unsentLines: 1,
      problem: expect.stringContaining('is knell serve running?'),
    });
    const other = link(nats.url);
    other.publishLog(chunk(0, 'early'));
    await jsm.streams.add({ name: 'KNELL_LOGS', subjects: ['knell.logs.>'] });
    expect(await other.close(10_000)).toEqual(expect.objectContaining({ unsentLines: 0 }));
    expect((await stored('KNELL_LOGS')).map(({ text }) => text)).toEqual(['early']);
  });

  it('says after some seconds that nothing has reached knell, with the reason, and only then', async () => {
    const told: (string | undefined)[] = [];
    const clock = createManualClock(0);
    // After a try that failed the link waits for the next one.
    const tried = new Promise<void>((resolve) => {
      const { after } = clock;
      clock.after = (delayMs, callback) => {
        if (delayMs < 1_000) resolve();
        return after(delayMs, callback);
      };
    });
    const login = readLogin('nats://127.0.0.1:1', {}) as Login;
    const away = createNatsLink({ login, run, clock, onUnreached: (problem) => told.push(problem) });
    away.publishLog(chunk(0, 'here'));
    await tried;
    await clock.advance(5_000);
    expect(told).toEqual([expect.stringContaining('no NATS server answers')]);
    const closed = away.close(0);
    await clock.advance(0);
    // Told already: once is enough.
    expect(await closed).toMatchObject({ unsentLines: 1, problem: undefined });

    const { server: nats, holds } = await server();
    const there = link(nats.url, { clock, onUnreached: (problem) => told.push(problem) });
    there.publishLog(chunk(0, 'here'));
    await holds('KNELL_LOGS', 1);
    expect(await there.close(10_000)).toEqual(NO_LOSSES);
    await clock.advance(5_000);
    expect(told).toHaveLength(1);
  });

  it('shrinks a line over the limit and keeps its neighbours', async () => {
    const { server: nats, stored } = await server();
    const tap = link(nats.url);
    const big = JSON.stringify({ type: 'user', tool: { data: 'x'.repeat(3_000_000) }, error: 'kept' });
    tap.publishLog(chunk(0, 'before', big, 'after'));
    expect(await tap.close(10_000)).toEqual(NO_LOSSES);
    const logs = await stored('KNELL_LOGS');
    const lines = logs.flatMap(({ text }) => text.split('\n'));
    expect([lines[0], lines[2], lines.length]).toEqual(['before', 'after', 3]);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      type: 'user',
      error: 'kept',
      knell_shrunk: { bytes: big.length },
    });
  });

  it('gives up a message that the stream refuses for its size, and goes on with the next', async () => {
    const { server: nats, jsm, stored } = await server({}, ['runs']);
    await jsm.streams.add({ name: 'KNELL_LOGS', subjects: ['knell.logs.>'], max_msg_size: 1_000 });
    const tap = link(nats.url);
    tap.publishLog(chunk(0, 'x'.repeat(2_000)));
    tap.publishLog(chunk(1, 'small'));
    expect(await tap.close(10_000)).toMatchObject({
      droppedLines: 1,
      unsentLines: 0,
      problem: expect.stringContaining('refused'),
    });
    expect((await stored('KNELL_LOGS')).map(({ text }) => text)).toEqual(['small']);
  });
});

describe('orders over NATS', () => {
  const nextOrder = (tap: TapLink) => new Promise<AbortOrder>((resolve) => tap.onAbort(resolve));

  it('arrive when they are published, on the exact subject only', async () => {
    const { server: nats, nc, holds } = await server();
    const tap = link(nats.url);
    const received = nextOrder(tap);
    tap.publishLog(chunk(0, 'here'));
    await holds('KNELL_LOGS', 1);
    const other = { ...run, attempt: 2 };
    nc.publish('knell.aborts.a.e.2', JSON.stringify(orderFor(other)));
    nc.publish('knell.aborts.a.e.1', 'not json');
    nc.publish('knell.aborts.a.e.1', JSON.stringify({ schema: 'knell.abort/v1' }));
    nc.publish('knell.aborts.a.e.1', JSON.stringify({ ...orderFor(run), category: 'a.category_of_tomorrow' }));
    expect(await received).toEqual(orderFor(run, { expires_at: expect.any(String) }));
  });

  it('do not reach a process that uses the run id of one that was ended, neither from the stream nor offered again', async () => {
    const { server: nats, nc, holds } = await server();
    const subject = 'knell.aborts.a.e.1';
    const old = JSON.stringify(orderFor(run));
    await nc.jetstream().publish(subject, old);
    const told: string[] = [];
    const tap = link(nats.url, { onUsedBefore: () => told.push('used before') });
    const received = nextOrder(tap);
    tap.publishLog(chunk(0, 'here'));
    await holds('KNELL_LOGS', 1);
    expect(told).toEqual(['used before']);
    nc.publish(subject, old);
    nc.publish(subject, JSON.stringify(orderFor(run, { command_id: 'new' })));
    expect(await received).toMatchObject({ command_id: 'new' });
    expect(told).toEqual(['used before']);
  });

  it.each([
    ['used', 'has exited', { type: 'exited', code: 0, signal: null }],
    ['used', 'ran when it was last heard of', { type: 'heartbeat' }],
    ['used', 'was started', { type: 'started', pid: 7 }],
    [undefined, "is the backend's word that it starts this one", { type: 'started' }],
  ])('say of a run id that it was %s before, where the last that is known of it %s', async (how, _, last) => {
    const { server: nats, nc, holds } = await server();
    const event = { schema: 'knell.run/v1', ...last, ...run, at: '2026-03-04T05:06:07.000Z' };
    await nc.jetstream().publish('knell.runs.a.e.1', JSON.stringify(event));
    let stored = 1;
    for (const isObeying of [true, false]) {
      const told: string[] = [];
      const tap = link(nats.url, { onUsedBefore: (before) => told.push(before) });
      if (isObeying) tap.onAbort(() => undefined);
      tap.publishRun({ schema: 'knell.run/v1', type: 'started', ...run, at: '2026-03-04T05:06:08.000Z' });
      stored += 1;
      await holds('KNELL_RUNS', stored);
      expect(told).toEqual(how === undefined ? [] : [how]);
      await nc.jetstream().publish('knell.runs.a.e.1', JSON.stringify(event));
      stored += 1;
    }
  });

  it('are listened for before any output goes out, also when the connection was there first', async () => {
    const { server: nats, nc, holds } = await server();
    await nc.jetstream().publish('knell.aborts.a.e.1', JSON.stringify(orderFor(run)));
    const told: string[] = [];
    const tap = link(nats.url, { onUsedBefore: () => told.push('used before') });
    // Acks do not wait, so one that is stored shows that the connection stands.
    tap.ack(ack);
    await holds('KNELL_ACKS', 1);
    tap.onAbort(({ command_id }) => told.push(command_id));
    tap.publishLog(chunk(0, 'here'));
    await holds('KNELL_LOGS', 1);
    expect(told).toEqual(['used before']);
  });

  it('arrive that were given after the start of a tap that was still waiting for the streams', async () => {
    const { server: nats, nc, jsm, holds } = await server({}, []);
    const tap = link(nats.url);
    const received = nextOrder(tap);
    tap.publishLog(chunk(0, 'here'));
    for (const family of ['logs', 'aborts']) {
      await jsm.streams.add({
        name: `KNELL_${family.toUpperCase()}`,
        subjects: [`knell.${family}.>`],
        allow_direct: true,
      });
    }
    await holds('KNELL_LOGS', 1);
    await nc.jetstream().publish('knell.aborts.a.e.1', JSON.stringify(orderFor(run)));
    expect(await received).toMatchObject({ command_id: orderFor(run).command_id });
  });

  it('arrive that were given while the server was away for the tap only', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'knell-store-'));
    cleanUps.push(() => rm(storeDir, { recursive: true, force: true }));
    const port = await freePort();
    const before = await server({ port, storeDir });
    const tap = link(before.server.url);
    const received = nextOrder(tap);
    tap.publishLog(chunk(0, 'here'));
    await before.holds('KNELL_LOGS', 1);
    await before.stop();
    // The same store behind another door, where the tap does not knock.
    const elsewhere = await server({ storeDir }, []);
    await elsewhere.nc.jetstream().publish('knell.aborts.a.e.1', JSON.stringify(orderFor(run)));
    await elsewhere.stop();
    await server({ port, storeDir }, []);
    expect(await received).toMatchObject({ command_id: orderFor(run).command_id });
  });
});

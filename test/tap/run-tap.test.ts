import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/contracts/fingerprint.ts';
import { RunEvent } from '../../src/contracts/run-event.ts';
import { runTap, type TapOptions } from '../../src/tap/run-tap.ts';
import { killAll, liveProcesses } from '../support/live-processes.ts';
import { createRecordingLink, NO_LOSSES, orderFor } from '../support/recording-link.ts';
import { createTapClock } from '../support/tap-clock.ts';

const AGENTS = join(import.meta.dirname, '../agents');
const run = { agent: 'a', execution: 'e', attempt: 1 };
const started: number[] = [];
afterEach(() => killAll(started.splice(0)));

function collector() {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(Buffer.from(part));
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(parts), text: () => Buffer.concat(parts).toString('utf8') };
}

function setUp(options: Partial<TapOptions> & { losses?: typeof NO_LOSSES } = {}) {
  const link = createRecordingLink(options.losses);
  const [stdout, stderr, signals] = [collector(), collector(), new EventEmitter()];
  const tap = (command: string, ...args: string[]) =>
    runTap({
      run,
      command,
      args,
      link,
      stdout: stdout.stream,
      stderr: stderr.stream,
      signals,
      env: { PATH: process.env.PATH },
      ...options,
    });
  const node = (agent: string, ...args: string[]) => tap(process.execPath, join(AGENTS, agent), ...args);
  return { link, stdout, stderr, signals, tap, node };
}

describe('a tap around an agent', () => {
  it('passes both streams on byte for byte: not UTF-8, long lines, no line break at the end', async () => {
    const { node, stdout, stderr, link } = setUp();
    const args = ['42', '3000000'];
    const { exitCode } = await node('bytes.mjs', ...args);
    const plain = (redirect: string) =>
      execFileSync('sh', ['-c', `"$0" "$@" ${redirect}`, process.execPath, join(AGENTS, 'bytes.mjs'), ...args], {
        maxBuffer: 1e8,
      });
    expect(exitCode).toBe(0);
    expect(stdout.bytes().equals(plain('2>/dev/null'))).toBe(true);
    expect(stderr.bytes().equals(plain('2>&1 >/dev/null'))).toBe(true);
    for (const stream of ['stdout', 'stderr'] as const) {
      const bytes = (stream === 'stdout' ? stdout : stderr).text();
      expect(link.lines(stream).join('\n') === bytes).toBe(true);
    }
  });

  it('tells of the run in order: started, its output, exited', async () => {
    const { tap, link } = setUp({
      runtime: 'claude-code',
      subscription: 'team',
      timeoutS: 3_600,
      env: { PATH: process.env.PATH, CLAUDE_CODE_OAUTH_TOKEN: 'secret' },
    });
    await tap('sh', '-c', 'echo one; exit 7');
    expect(link.story).toEqual(['started', 'stdout 0', 'exited', 'closed']);
    for (const event of link.events) RunEvent.parse(event);
    expect(link.events[0]).toMatchObject({
      ...{ schema: 'knell.run/v1', ...run, runtime: 'claude-code', subscription: 'team', timeout_s: 3_600 },
      credential: { kind: 'oauth', fingerprint: fingerprintOf('secret') },
    });
    expect(link.events[1]).toMatchObject({ type: 'exited', code: 7, signal: null });
  });

  it('gives the agent pipes that it can open by name, its run, and a mark', async () => {
    const { tap, stdout, stderr } = setUp({ env: { PATH: process.env.PATH, KNELL_TAP: 'outer' } });
    await tap('sh', '-c', 'echo "$KNELL_RUN $KNELL_TAP" > /dev/stdout; echo err > /dev/stderr');
    expect(stdout.text()).toMatch(/^a\.e\.1 outer:[0-9a-f-]{36}\n$/);
    expect(stderr.text()).toBe('err\n');
  });

  it.each([
    ['its own code', 'exit 42', 42],
    ['0', 'true', 0],
    ['128 and the number of the signal that ended it', 'kill -TERM $$', 143],
    ['128 and 9 for a SIGKILL', 'kill -KILL $$', 137],
  ])('exits with %s', async (_, script, expected) => {
    const { tap, link } = setUp();
    expect((await tap('sh', '-c', script)).exitCode).toBe(expected);
    expect(link.events.at(-1)).toMatchObject(expected > 128 ? { code: null } : { code: expected, signal: null });
  });

  it.each([
    [127, '/no/such/agent', /no such command/],
    [126, '/tmp', /it is a folder\. Name the program in it/],
    [126, join(AGENTS, 'bytes.mjs'), /chmod \+x/],
  ])('exits with %i and a clear word when the command can not be started', async (expected, command, message) => {
    const { tap, link, stderr } = setUp();
    expect((await tap(command)).exitCode).toBe(expected);
    expect(stderr.text()).toMatch(message);
    expect(link.story).toEqual(['exited', 'closed']);
  });

  it('goes on publishing when nobody reads its own output any more', async () => {
    const broken = new Writable({
      write: (_part, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
    });
    const { tap, link } = setUp({ stdout: broken });
    const { exitCode } = await tap('sh', '-c', 'echo one; seq 1 100000 | tail -n 1; exit 5');
    expect(exitCode).toBe(5);
    expect(link.lines('stdout')).toEqual(['one', '100000']);
  });

  it('holds the agent back when its reader is slow, and loses nothing', async () => {
    const slow = new PassThrough({ highWaterMark: 1_024 });
    const { tap, link } = setUp({ stdout: slow });
    const ended = tap('sh', '-c', 'seq 1 200000');
    await link.saw('1\n2\n');
    // Far less than all is out: the pipe is full and the agent waits.
    expect(link.lines('stdout').length).toBeLessThan(100_000);
    let text = '';
    slow.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    expect((await ended).exitCode).toBe(0);
    expect(text).toBe(`${link.lines('stdout').join('\n')}\n`);
    expect(link.lines('stdout')).toHaveLength(200_000);
  });

  it('does not wait for a process that holds the pipe open after the agent has ended', async () => {
    const { node, link } = setUp({ drainIdleMs: 50 });
    const { exitCode } = await node('leaves-daemon.mjs');
    const daemon = Number(link.lines('stdout')[0]?.split(' ')[1]);
    started.push(daemon);
    expect([exitCode, liveProcesses([daemon])]).toEqual([3, [daemon]]);
  });

  it('passes signals on to the agent', async () => {
    const { tap, link, signals } = setUp();
    const ended = tap('sh', '-c', `trap 'echo got it; exit 9' TERM; echo ready; while :; do sleep 0.05; done`);
    await link.saw('ready');
    signals.emit('SIGTERM');
    expect((await ended).exitCode).toBe(9);
    expect(link.lines('stdout')).toEqual(['ready', 'got it']);
  });

  it('tells, before the agent can say anything of it, that it was told to end', async () => {
    const { tap, link, signals } = setUp();
    const ended = tap(
      'sh',
      '-c',
      `trap 'echo got it' TERM; trap 'exit 9' INT; echo ready; while :; do sleep 0.05; done`,
    );
    await link.saw('ready');
    expect(link.events.filter((event) => 'ending' in event)).toEqual([]);
    signals.emit('SIGTERM');
    expect(link.events.at(-1)).toMatchObject({ type: 'heartbeat', ending: true });
    await link.saw('got it');
    signals.emit('SIGINT');
    await ended;
    expect(link.events.filter((event) => 'ending' in event)).toHaveLength(1);
  });

  it('sends heartbeats while the agent runs, and none after its end', async () => {
    const { tap, link, signals } = setUp({ heartbeatMs: 5 });
    const ended = tap('sleep', '600');
    await link.told('heartbeat', 3);
    signals.emit('SIGTERM');
    await ended;
    expect(link.events.map((event) => event.type).slice(0, 4)).toEqual([
      'started',
      'heartbeat',
      'heartbeat',
      'heartbeat',
    ]);
    expect(link.events.at(-1)).toMatchObject({ type: 'exited', code: null, signal: 'SIGTERM' });
  });

  it('says that it waits at the end, where that takes more than a moment', async () => {
    for (const [flushMs, words] of [
      [
        5_000,
        'knell tap: the agent has ended; for up to 3 s more its output waits for knell to take it (Ctrl-C leaves it)\n',
      ],
      [3_000, ''],
    ] as const) {
      const clock = createTapClock();
      const own = setUp({ clock, flushMs });
      const isClosing = new Promise<() => void>((resolve) => {
        own.link.close = () => new Promise((closed) => resolve(() => closed(NO_LOSSES)));
      });
      const tapped = own.tap('true');
      const closed = await isClosing;
      clock.advance(1_999);
      expect(own.stderr.text()).toBe('');
      clock.advance(1);
      closed();
      await tapped;
      expect(own.stderr.text()).toBe(words);
    }
  });

  it('says once, at the end, what did not reach knell, and nothing when all did', async () => {
    const lost = setUp({
      losses: {
        ...NO_LOSSES,
        droppedLines: 3,
        droppedBytes: 100,
        unsentLines: 1,
        unsentBytes: 8,
        problem: 'CONNECTION_REFUSED',
      },
    });
    await lost.tap('sh', '-c', 'printf "no line break" >&2');
    expect(lost.stderr.text()).toMatch(
      /^no line break\nknell tap: .*3 lines \(100 bytes\) dropped, 1 line \(8 bytes\) unsent at the end.*CONNECTION_REFUSED\n$/,
    );
    const fine = setUp();
    await fine.tap('true');
    expect(fine.stderr.text()).toBe('');
  });
});

describe('a tap that obeys', () => {
  const graces = { interruptGraceMs: 100, terminateGraceMs: 100, drainIdleMs: 50 };
  const pidsIn = (lines: string[]) =>
    (lines.find((line) => line.startsWith('ready')) ?? '').split(' ').slice(1).map(Number);

  it.each([['the whole tree is deaf to signals'], ['only the agent itself obeys', 'mortal']])(
    'ends everything the agent has started, wherever it went, when %s',
    async (_, ...args) => {
      const { node, link, stderr } = setUp({ obey: true, ...graces });
      const ended = node('stubborn.mjs', ...args);
      await link.saw('ready');
      const pids = pidsIn(link.lines('stdout'));
      started.push(...pids);
      expect(liveProcesses(pids)).toHaveLength(3);

      const order = orderFor(run, { message: 'The token\nhas expired' });
      link.order(order);
      link.order(order);
      const { exitCode, obeyed } = await ended;
      expect([exitCode, obeyed, liveProcesses(pids)]).toEqual([125, order, []]);
      expect(link.acks.map((ack) => [ack.command_id, ack.outcome])).toEqual([[order.command_id, 'terminated']]);
      expect(link.story.slice(-3)).toEqual(['ack terminated', 'exited', 'closed']);
      expect(stderr.text()).toBe(`knell: ending this run: The token has expired (abort command ${order.command_id})\n`);
    },
  );

  it('lets an agent that listens to SIGINT clean up, and publishes its last words before its end', async () => {
    const { tap, link } = setUp({ obey: true, interruptGraceMs: 20_000 });
    const ended = tap('sh', '-c', `trap 'echo bye; exit 0' INT; echo ready; while :; do sleep 0.05; done`);
    await link.saw('ready');
    link.order(orderFor(run));
    expect((await ended).exitCode).toBe(125);
    expect(link.lines('stdout')).toEqual(['ready', 'bye']);
    expect(link.events.at(-1)).toMatchObject({ type: 'exited', code: 0 });
    expect(link.story.indexOf('stdout 1')).toBeLessThan(link.story.indexOf('exited'));
  });

  it('leaves the agent alone when an order is not for it or has expired', async () => {
    const { tap, link, signals } = setUp({ obey: true });
    const ended = tap('sh', '-c', `trap 'exit 4' TERM; echo ready; while :; do sleep 0.05; done`);
    await link.saw('ready');
    link.order(orderFor({ ...run, attempt: 2 }));
    link.order(orderFor(run, { command_id: 'old', expires_at: '2020-01-01T00:00:00.000Z' }));
    expect(link.acks.map((ack) => ack.outcome)).toEqual(['refused', 'expired']);
    signals.emit('SIGTERM');
    expect((await ended).exitCode).toBe(4);
  });

  it('is not kept waiting by a reader that has stopped reading', async () => {
    const stuck = new PassThrough({ highWaterMark: 16 });
    const { tap, link } = setUp({ obey: true, stdout: stuck, flushMs: 50, ...graces });
    const ended = tap('sh', '-c', 'echo ready; yes');
    await link.saw('ready');
    link.order(orderFor(run));
    expect((await ended).exitCode).toBe(125);
    stuck.destroy();
  });
});

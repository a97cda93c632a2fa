import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { type LocalEnd, startLocalLink } from '../../src/memory/tap-link.ts';
import type { AbortOrder, TapLink } from '../../src/tap/tap-link.ts';
import { claude } from '../support/claude-lines.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const run = { agent: 'a', execution: 'e', attempt: 1 };
const RULES = rulesFrom(`
stall: { warn: 120s, abort: 600s }
rules:
  - id: refused
    match: [{ event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 30s } }]
  - id: banner
    match: [{ line: 'Login expired', quiet: 20s }]
`);

const open: TapLink[] = [];
afterEach(async () => {
  for (const link of open.splice(0)) await link.close(0);
});

async function setUp(mode: 'enforce' | 'shadow' = 'enforce') {
  const clock = createManualClock(T0);
  const told: { schema: string; disposition?: string; kind?: string; category?: string }[] = [];
  const orders: AbortOrder[] = [];
  const suspected: (string | undefined)[] = [];
  let end: LocalEnd | undefined;
  const link = await startLocalLink({
    run,
    runtime: 'claude-code',
    rules: RULES,
    policy: { ...DEFAULT_POLICY, mode },
    clock,
    onMessage: (message) => told.push(message),
    onSuspected: ({ suspicions }) => suspected.push(suspicions[0]?.rule.id),
    onEnd: (known) => {
      end = known;
    },
  });
  open.push(link);
  link.onAbort((order) => orders.push(order));
  const firstLine = { stdout: 0, stderr: 0 };
  const at = () => new Date(clock.now()).toISOString();
  return {
    link,
    clock,
    orders,
    suspected,
    told: () => told.map(({ disposition, kind, schema }) => disposition ?? kind ?? schema),
    end: () => end,
    start: () => link.publishRun({ schema: 'knell.run/v1', type: 'started', ...run, at: at(), runtime: 'claude-code' }),
    idle(idle_ms: number) {
      const tree = { processes: 1, cpu_ms: 0, tools: 0, idle_ms };
      link.publishRun({ schema: 'knell.run/v1', type: 'heartbeat', ...run, at: at(), tree });
    },
    exit: (code: number) => link.publishRun({ schema: 'knell.run/v1', type: 'exited', ...run, at: at(), code }),
    say(lines: readonly string[], stream: 'stdout' | 'stderr' = 'stdout') {
      const payload = Buffer.from(lines.join('\n'));
      const [lineCount, isAlone] = [lines.length, true as const];
      link.publishLog({ stream, firstLine: firstLine[stream], lineCount, atMs: clock.now(), payload, isAlone });
      firstLine[stream] += lines.length;
    },
  };
}

describe('a link to an engine in the same process', () => {
  test('orders the end of a doomed run, and hears what became of the order', async () => {
    const { link, clock, orders, told, start, say, exit, end } = await setUp();
    start();
    say([claude.init(), claude.retry(401, 1)]);
    say([claude.retry(401, 2)]);
    await clock.advance(0);
    expect(orders).toMatchObject([{ ...run, schema: 'knell.abort/v1' }]);
    const { command_id } = orders[0] as AbortOrder;
    const at = new Date(clock.now()).toISOString();
    link.ack({ schema: 'knell.ack/v1', command_id, ...run, outcome: 'terminated', by: 'tap', at });
    exit(1);
    expect(await link.close(0)).toMatchObject({ droppedLines: 0, problem: undefined });
    expect(told()).toEqual(['knell.abort/v1', 'aborted', 'aborted']);
    expect(end()).toMatchObject({ lines: 3, state: { verdict: { acked: { outcome: 'terminated' } } } });
  });

  test('orders nothing in shadow mode', async () => {
    const { link, orders, told, start, say } = await setUp('shadow');
    start();
    say([claude.init(), claude.retry(401, 1), claude.retry(401, 2)]);
    await link.close(0);
    expect([orders, told()]).toEqual([[], ['would_abort']]);
  });

  test('ends a run whose banner is followed by silence when the silence is over, not before', async () => {
    const { clock, orders, start, say, idle } = await setUp();
    start();
    say(['Login expired']);
    for (let second = 0; second < 20; second += 1) {
      idle(second * 1_000);
      await clock.advance(1_000);
    }
    expect(orders).toHaveLength(0);
    idle(20_000);
    await clock.advance(2_000);
    expect(orders).toHaveLength(1);
  });

  test('tells once of a suspicion that stands because a tool works, and not of one that is decided on', async () => {
    const { link, clock, orders, suspected, start, say } = await setUp();
    start();
    say(['Login expired']);
    for (let seconds = 0; seconds < 90; seconds += 5) {
      const at = new Date(clock.now()).toISOString();
      const tree = { processes: 2, cpu_ms: 0, tools: 1, idle_ms: 0 };
      link.publishRun({ schema: 'knell.run/v1', type: 'heartbeat', ...run, at, tree });
      expect(suspected).toHaveLength(seconds > 30 ? 1 : suspected.length);
      await clock.advance(5_000);
    }
    expect([orders, suspected]).toEqual([[], ['banner']]);

    const decided = await setUp();
    decided.start();
    decided.say(['Login expired']);
    for (let second = 0; second < 60; second += 1) {
      decided.idle(second * 1_000);
      await decided.clock.advance(1_000);
    }
    expect(decided.orders[0]).toMatchObject(run);
    expect(decided.suspected).toEqual([]);
  });

  test('spares a run that has printed far more than is kept since its banner', async () => {
    const { clock, orders, told, start, say } = await setUp();
    start();
    say(['Working on it.', 'Login expired']);
    // Few lines, all of them indented: read by themselves they would only carry the banner on.
    for (let piece = 0; piece < 6; piece += 1) say([`  ${'x'.repeat(1_000_000)}`]);
    await clock.advance(20_000);
    expect([orders, told()]).toEqual([[], ['suppressed']]);
  });

  test('warns of a silent run first, and ends it later, as the pack says', async () => {
    const { clock, orders, told, start, say } = await setUp();
    start();
    say([claude.init()]);
    await clock.advance(120_000);
    expect([orders.length, told()]).toEqual([0, ['stall']]);
    await clock.advance(480_000);
    expect([orders.length, told()]).toEqual([1, ['stall', 'knell.abort/v1', 'aborted']]);
  });

  test('records an exit that nothing explains without waiting for more', async () => {
    const { link, told, start, say, exit } = await setUp();
    start();
    say([claude.init(), claude.says('On it.')]);
    exit(1);
    await link.close(0);
    expect(told()).toEqual(['recorded', 'drift']);
  });

  test('names a run that was killed, by how it exited', async () => {
    const { link, orders, told, start, say, exit } = await setUp();
    start();
    say([claude.init(), claude.says('On it.')]);
    exit(137);
    await link.close(0);
    expect([orders, told()]).toEqual([[], ['recorded']]);
  });

  test('records what is found at the exit, and orders nothing of a run that has ended', async () => {
    const { link, start, say, exit, end, orders } = await setUp();
    start();
    say(['Working on it.', 'Login expired']);
    exit(1);
    await link.close(0);
    expect(end()?.state?.verdict).toMatchObject({ disposition: 'recorded', closed: true });
    expect(orders).toEqual([]);
  });
});

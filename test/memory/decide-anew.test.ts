import { describe, expect, test } from 'vitest';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import type { RunEvent } from '../../src/contracts/run-event.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { decideAnew } from '../../src/memory/decide-anew.ts';
import type { RunMoment } from '../../src/pipeline/ports/run-moment.ts';
import { claude } from '../support/claude-lines.ts';
import { startMemoryFleet } from '../support/memory-fleet.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom(`
stall: { warn: 120s, abort: 600s, completion: 60s }
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - id: token-expired
    scope: subscription
    match:
      - { event: result, text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 20s }
  - { id: tried, status: experimental, match: [{ event: result, text: 'only tried' }] }
`);
const banner = 'Login expired · Please run /login';
const doom = claude.fails('OAuth token has expired', 401);
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const subjects = createSubjects();
const SECOND = 1_000;

/** What happens to a run, by the second. */
type Step = readonly [atS: number, what: 'start' | 'tree' | 'say' | 'exit', how?: readonly string[] | number];

/** The steps as the streams hold them: a host that sees the tree tells of it every four seconds. */
function asStored(steps: readonly Step[]): RunMoment[] {
  const moments: RunMoment[] = [];
  const common = (atMs: number) => ({ schema: 'knell.run/v1', at: formatTime(atMs), ...run });
  const add = (atMs: number, more: object) => moments.push({ atMs, event: { ...common(atMs), ...more } as RunEvent });
  const endS = Math.max(...steps.map(([atS]) => atS));
  let seq = 0;
  for (const [index, [atS, what, how]] of steps.entries()) {
    const atMs = T0 + atS * SECOND;
    if (what === 'start') add(atMs, { type: 'started', runtime: 'claude-code' });
    if (what === 'exit') add(atMs, { type: 'exited', code: how });
    if (what === 'say') {
      seq += 1;
      const stream: StreamName = 'stdout';
      const data = Buffer.from((how as readonly string[]).map((line) => `${line}\n`).join(''));
      const headers: Record<string, string> = { 'Knell-Runtime': 'claude-code', 'Knell-Alone': 'true' };
      const header = (name: string) => headers[name];
      moments.push({
        atMs,
        output: { stream, subject: subjects.logs(run, stream), data, header, labelled: true, seq },
      });
    }
    if (what !== 'tree') continue;
    const tools = how as number;
    const untilS = steps.slice(index + 1).find(([, next]) => next === 'tree')?.[0] ?? endS;
    for (let tickS = atS; tickS < untilS; tickS += 4) {
      const idle_ms = tools > 0 ? 0 : (tickS - atS) * SECOND;
      add(T0 + tickS * SECOND, { type: 'heartbeat', tree: { processes: 1 + tools, cpu_ms: 0, tools, idle_ms } });
    }
  }
  return moments.sort((a, b) => a.atMs - b.atMs);
}

/** The second in which a worker that hears it all live ends the run; undefined where it does not. */
async function endedLive(steps: readonly Step[]): Promise<number | undefined> {
  const fleet = await startMemoryFleet(rules);
  let tree: ReturnType<typeof fleet.watchTree> | undefined;
  let nowS = 0;
  for (const [atS, what, how] of steps) {
    await fleet.clock.advance((atS - nowS) * SECOND);
    nowS = atS;
    if (what === 'start') await fleet.start(run);
    if (what === 'say') await fleet.say(run, how as readonly string[]);
    if (what === 'exit') await fleet.exit(run, how as number);
    if (what === 'tree') {
      if (tree) tree.tools(how as number);
      else tree = fleet.watchTree(run, { tools: how as number });
    }
  }
  await fleet.stop();
  expect(fleet.failures).toEqual([]);
  return secondOf(fleet.publisher.aborts[0]?.issued_at);
}

function secondOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : (Date.parse(time) - T0) / SECOND;
}

const decided = (steps: readonly Step[]) => decideAnew(asStored(steps), { run, rules });

describe('a run that is decided anew from what is stored is ended when a worker would have ended it live', () => {
  test.each<[string, readonly Step[], number | undefined]>([
    [
      'a typed failure: at once',
      [
        [0, 'start'],
        [1, 'say', [claude.init()]],
        [5, 'say', [doom]],
        [90, 'exit', 1],
      ],
      5,
    ],
    [
      'a banner that stands alone: after its silence',
      [
        [0, 'start'],
        [1, 'tree', 0],
        [3, 'say', [banner]],
        [3_600, 'exit', 1],
      ],
      25,
    ],
    [
      'a banner, and the run goes on: not',
      [
        [0, 'start'],
        [1, 'tree', 0],
        [3, 'say', [banner]],
        [13, 'say', ['and on']],
        [60, 'exit', 0],
      ],
      undefined,
    ],
    [
      'a quoted banner, then a tool at work without a word: not',
      [
        [0, 'start'],
        [1, 'tree', 0],
        [3, 'say', ['The log ends with this.', '', banner]],
        [4, 'tree', 1],
        [79, 'tree', 0],
        [80, 'say', ['Done.']],
        [90, 'exit', 0],
      ],
      undefined,
    ],
    [
      'silence of an idle tree: when the pack says',
      [
        [0, 'start'],
        [0, 'tree', 0],
        [1, 'say', [claude.init()]],
        [3_600, 'exit', 1],
      ],
      601,
    ],
    [
      'silence of a tool at work: not',
      [
        [0, 'start'],
        [0, 'tree', 1],
        [1, 'say', [claude.init()]],
        [1_800, 'say', [claude.succeeds()]],
        [1_801, 'exit', 0],
      ],
      undefined,
    ],
    [
      'a banner as its last word before it fails: not, since it ended by itself',
      [
        [0, 'start'],
        [3, 'say', [banner]],
        [5, 'exit', 1],
      ],
      undefined,
    ],
    [
      'a failure after its result: not',
      [
        [0, 'start'],
        [3, 'say', [claude.init(), claude.succeeds()]],
        [5, 'say', [doom]],
        [6, 'exit', 0],
      ],
      undefined,
    ],
    [
      'what a rule says that is only tried: not',
      [
        [0, 'start'],
        [3, 'say', [claude.init(), claude.fails('only tried', 401)]],
        [6, 'exit', 1],
      ],
      undefined,
    ],
  ])('%s', async (_, steps, atS) => {
    const record = await decided(steps);
    expect(secondOf(record?.issued_at)).toBe(await endedLive(steps));
    expect(secondOf(record?.issued_at)).toBe(atS);
  });
});

test('the record says what would have been done, in the name of these rules, and the same each time', async () => {
  const steps: Step[] = [
    [0, 'start'],
    [1, 'say', [claude.init(), doom]],
    [9, 'exit', 1],
  ];
  const record = await decided(steps);
  expect(record).toMatchObject({
    mode: 'shadow',
    disposition: 'would_abort',
    rule: { digest: rules.digest, id: 'token-expired' },
  });
  expect(record).not.toHaveProperty('command_id');
  expect(await decided(steps)).toEqual(record);
});

test('nothing is read beyond what decides', async () => {
  let read = 0;
  async function* moments() {
    for (const moment of asStored([
      [0, 'start'],
      [1, 'say', [claude.init()]],
      [2, 'say', [doom]],
      [3, 'say', ['x']],
      [4, 'say', ['y']],
    ])) {
      read += 1;
      yield moment;
    }
  }
  expect(await decideAnew(moments(), { run, rules })).toBeDefined();
  expect(read).toBe(3);
});

test('of a run whose end is not stored, time goes on as far as is asked for', async () => {
  const moments = asStored([
    [0, 'start'],
    [1, 'say', [banner]],
  ]);
  const host: RunMoment = {
    atMs: T0 + 40_000,
    event: {
      schema: 'knell.run/v1',
      at: formatTime(T0),
      ...run,
      type: 'heartbeat',
      tree: { processes: 1, cpu_ms: 0, tools: 0, idle_ms: 40_000 },
    },
  };
  const untilMs = T0 + 120_000;
  expect(await decideAnew([...moments, host], { run, rules })).toBeUndefined();
  expect((await decideAnew([...moments, host], { run, rules, untilMs }))?.category).toBe('auth.token_expired');
});

import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/classify/policy.ts';
import { newRunState } from '../../../src/classify/run-state.ts';
import type { RunState } from '../../../src/contracts/run-state.ts';
import { createMemoryLog } from '../../../src/memory/memory-log.ts';
import { handleDue } from '../../../src/pipeline/due/handle-due.ts';
import type { SeenTree } from '../../../src/pipeline/ports/ports.ts';
import { claude } from '../../support/claude-lines.ts';
import { RUN, T0 } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom(`
stall: { warn: 120s, abort: 600s, tools: { WebFetch: { warn: 60s } } }
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - { id: banner, match: [{ line: 'Login expired', quiet: 20s }] }
`);
const DUE_MS = T0 + 600_000;
const known = { ...newRunState(RUN), runtime: 'claude-code', started_ms: T0 };
const silent: RunState = { ...known, stall: { due_ms: DUE_MS, warned_since_ms: T0 } };
const suspected: RunState = {
  ...known,
  suspicions: [
    {
      rule: { id: 'banner', pack: 'test', version: '1.0.0', digest: 'd'.repeat(64) },
      rule_key: 'test/banner',
      grade: 'mixed',
      precedence: 0,
      position: { seq: 50, row: 0 },
      at_ms: T0,
      clause: 0,
      due_ms: DUE_MS,
    },
  ],
};

const IDLE: SeenTree = { tree: { processes: 1, cpu_ms: 0, tools: 0, idle_ms: 600_000 }, storedMs: DUE_MS };

const about = { schema: 'knell.run/v1' as const, ...RUN, at: new Date(T0).toISOString() };
const EXIT = { ...about, type: 'exited' as const, code: 1 };
const START = { ...about, type: 'started' as const, goes_on: 'turns' as const };

interface World {
  readonly lines?: string[];
  readonly unread?: number;
  readonly host?: typeof EXIT | typeof START;
  readonly tree?: SeenTree | null;
}

/** A world in which the run printed these lines, the first at sequence 1, and workers have not taken in the last ones, nor its host's word. */
function world({ lines = [], unread = 0, host, tree = IDLE }: World) {
  const log = createMemoryLog();
  const read: string[] = [];
  for (const [index, line] of lines.entries()) {
    const message = { run: RUN, stream: 'stdout' as const, subject: 's', data: Buffer.from(`${line}\n`) };
    log.append({ ...message, codec: 'lines', seq: index + 1, storedMs: T0 });
  }
  const floor = { seq: lines.length - unread, row: 0 };
  const history: typeof log = {
    ...log,
    eventsOf: async () => (host ? [{ event: host, atMs: T0 + 1 }] : []),
    lastTree: async () => tree ?? undefined,
    async unreadLines(run, limit) {
      const lines = await log.linesAfter(run, floor, limit + 1);
      return lines.length > limit ? undefined : lines;
    },
    opening: (...asked) => {
      read.push('opening');
      return log.opening(...asked);
    },
    lastOutput: (...asked) => {
      read.push(`last words on ${asked[1] ?? 'both'}`);
      return log.lastOutput(...asked);
    },
  };
  const attend = (state: RunState, nowMs = DUE_MS) =>
    handleDue(state, rules, history, { policy: DEFAULT_POLICY, nowMs, digest: rules.digest });
  return { attend, read };
}

test('a run that has been silent for too long is ended', async () => {
  expect((await world({}).attend(silent)).effects).toMatchObject([{ kind: 'abort' }]);
});

test('a suspicion that silence confirms ends the run', async () => {
  expect((await world({}).attend(suspected)).effects).toMatchObject([{ kind: 'abort' }]);
});

const init = claude.init();
const done = claude.succeeds();
test.each([
  ['exit', { host: EXIT }],
  ['start, which says that its session has several turns,', { host: START }],
  ['result', { lines: [init, done], unread: 1 }],
  ['result, with more output behind it,', { lines: [init, claude.says('hm'), done, '', 'bye'], unread: 4 }],
])('a run whose %s is only not taken in yet is left alone, and looked at again', async (_what, told) => {
  for (const state of [silent, suspected]) {
    const after = await world(told).attend(state);
    expect(after.effects).toEqual([]);
    expect(after.state.verdict).toBeUndefined();
    const [suspicion] = after.state.suspicions;
    expect(suspicion?.due_ms ?? after.state.stall?.due_ms).toBeGreaterThan(DUE_MS);
  }
});

test.each([
  ['was taken in: the run is at work again', { lines: [init, done, init], unread: 1 }],
  ['is followed by a new turn', { lines: [init, done, init], unread: 2 }],
  ['is a failure', { lines: [init, claude.fails('no', 500)], unread: 1 }],
])('a silent run is ended all the same where its result %s', async (_what, told) => {
  expect((await world(told).attend(silent)).effects).toMatchObject([{ kind: 'abort' }]);
});

test('a silent run of which more is not taken in than can be looked through is left alone', async () => {
  const lines = Array.from({ length: 6_000 }, (_, index) => claude.says(`step ${index}`));
  const { effects } = await world({ lines, unread: lines.length }).attend(silent);
  expect(effects).toEqual([]);
});

test.each([
  ['lines', { lines: [init], unread: 1 }],
  ['last line', { lines: [init, claude.fails('no', 401)], unread: 1 }],
  ['exit', { lines: [init], host: EXIT }],
])(
  'nothing is said of the silence of a run whose %s no worker has taken in yet: it is looked at again',
  async (_what, told) => {
    const state = { ...known, stall: { due_ms: T0 + 150_000 } };
    const after = await world(told).attend(state, T0 + 150_000);
    expect(after).toEqual({ state: { ...state, stall: { due_ms: T0 + 210_000 } }, effects: [] });
    const { effects } = await world({ lines: [init] }).attend(after.state, T0 + 210_000);
    expect(effects).toMatchObject([{ kind: 'notice', notice: { kind: 'stall' } }]);
  },
);

test('a suspicion is dropped by a result behind it', async () => {
  const state = {
    ...suspected,
    suspicions: suspected.suspicions.map((one) => ({ ...one, position: { seq: 1, row: 0 } })),
  };
  const after = await world({ lines: ['Login expired', done], unread: 1 }).attend(state);
  expect(after.effects).toMatchObject([{ kind: 'record', record: { disposition: 'suppressed' } }]);
  expect(after.state.suspicions).toEqual([]);
});

test('of a run that talks only its last words are read, and it is looked at when silence could next matter', async () => {
  const { attend, read } = world({ lines: [init] });
  const { state, effects } = await attend({ ...known, stall: { due_ms: T0 + 50_000 } }, T0 + 50_000);
  expect(effects).toEqual([]);
  expect(state.stall).toEqual({ due_ms: T0 + 60_000 });
  expect(read).toEqual(['last words on stdout']);
});

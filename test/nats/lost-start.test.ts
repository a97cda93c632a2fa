import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunEvent, type RunHeartbeat } from '../../src/contracts/run-event.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { isStartLost } from '../../src/nats/lost-start.ts';
import { createStoreLossStore } from '../../src/nats/store/store-loss-store.ts';
import { createHeardAgain } from '../../src/pipeline/heard-again.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { emptyStore, setUpRun } from '../support/run-on-streams.ts';
import { say, subjects } from '../support/service.ts';

/*
 * A server that comes back with an empty store knows nothing of the runs that began before: neither what they said first, so that a
 * quotation seems to stand alone, nor what their start told.
 */
const nats = useNatsServer();
const STRUCTURED = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' };
const TEXT = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'text', 'Knell-Alone': 'true' };
const BANNER = 'Login expired · Please run /login';
const IDLE = { tree: { processes: 1, tools: 0, cpu_ms: 5, idle_ms: 1_000 } };
const HOUR_MS = 3_600_000;

const errors: unknown[] = [];
beforeEach(async () => {
  errors.length = 0;
  await emptyStore(nats.connection);
});
afterEach(() => expect(errors).toEqual([]));

const setUp = () => setUpRun(nats.connection, (error) => errors.push(error));

/** The server comes back without anything, or with emptied streams; all that is missing is made anew. */
async function loseStore(how: 'removed' | 'emptied'): Promise<void> {
  const { streams } = await nats.connection.jetstreamManager();
  if (how === 'emptied') {
    for (const stream of ['KNELL_LOGS', 'KNELL_RUNS']) {
      const { config } = await streams.info(stream);
      await streams.update(stream, { ...config, max_age: 100e6, duplicate_window: 100e6 });
      while ((await streams.info(stream)).state.messages > 0) await new Promise(setImmediate);
      await streams.update(stream, config);
    }
    await streams.delete('KV_knell_runs');
  } else await emptyStore(nats.connection);
  await tellLoss();
}

const tellLoss = async (agoMs = 0) => {
  const { fleet } = await ensureStreams(nats.connection, subjects, 1);
  await createStoreLossStore(fleet).put({ at_ms: Date.now() - agoMs });
};

test.each([
  ['removed', 'its host tells of its tree', ['This is what the client prints:'], true],
  ['emptied', 'its host tells of its tree', ['This is what the client prints:'], true],
  ['removed', 'its lines have numbers', ['I looked at the log.', 'This is what the client prints:'], false],
] as const)(
  'a banner that a run quotes after all was %s does not end it, where %s: its exit decides',
  async (how, _, prose, isSeen) => {
    const { publisher, tell, print, goOn } = await setUp();
    await tell('started', { runtime: 'claude-code' });
    await print(prose, TEXT);
    await loseStore(how);
    await print([BANNER], TEXT);
    if (isSeen) await tell('heartbeat', IDLE);
    await goOn(41_000, true);
    await goOn(HOUR_MS, true);
    expect(publisher.aborts).toEqual([]);
    await tell('exited', { code: 0 });
    expect(publisher.aborts).toEqual([]);
    expect(publisher.records()).toMatchObject([{ category: 'auth.token_expired', disposition: 'recorded' }]);
  },
);

test.each([
  ['turns', claude.fails('API Error: Repeated 529 Overloaded errors', 529)],
  ['commands', claude.fails('Failed to authenticate. API Error: 401', 401)],
])(
  'a run of which only its lost start told that it goes on, with %s, is not ended for one failure',
  async (goesOn, failure) => {
    const { publisher, tell, print, goOn } = await setUp();
    await tell('started', { runtime: 'claude-code', format: 'structured', goes_on: goesOn });
    await print([claude.init(), claude.says('one')], STRUCTURED);
    await loseStore('removed');
    await print([failure], STRUCTURED);
    await goOn(HOUR_MS, true);
    expect(publisher.aborts).toEqual([]);
    await print([claude.init(), claude.says('two')], STRUCTURED);
    await goOn(HOUR_MS);
    expect(publisher.aborts).toEqual([]);
    await print([claude.succeeds()], STRUCTURED);
    await tell('exited', { code: 0 });
    expect(publisher.aborts).toEqual([]);
  },
);

test('a failure behind which nothing came by the exit is that of the run whose start is lost', async () => {
  const { publisher, tell, print } = await setUp();
  await tell('started', { runtime: 'claude-code', format: 'structured' });
  await print([claude.init(), claude.says('one')], STRUCTURED);
  await loseStore('removed');
  await print([claude.fails('Failed to authenticate. API Error: 401', 401)], STRUCTURED);
  await tell('exited', { code: 1 });
  expect(publisher.aborts).toEqual([]);
  expect(publisher.records().at(-1)).toMatchObject({
    category: 'auth.invalid_credentials',
    reason: 'the run had ended by itself',
  });
});

test.each([
  ['typed', [claude.init(), claude.fails('Failed to authenticate. API Error: 401', 401)], STRUCTURED],
  ['a banner that stands alone', [BANNER], TEXT],
])('a doomed run that begins on the new store is ended as ever: %s', async (_, lines, labels) => {
  await setUp();
  await loseStore('removed');
  const { publisher, tell, print, goOn } = await setUp();
  await tell('started', { runtime: 'claude-code' });
  await print(lines, labels);
  await tell('heartbeat', IDLE);
  await goOn(41_000, true);
  expect(publisher.aborts).toHaveLength(1);
});

test.each([
  ['typed', [claude.init(), claude.fails('Failed to authenticate. API Error: 401', 401)], 'structured', 1_000],
  ['plain text', [BANNER], 'text', HOUR_MS],
])(
  'so is one whose publisher tells no start and numbers no lines, wherever it began: %s',
  async (_, lines, format, forMs) => {
    const { publisher, print, goOn } = await setUp();
    const labels = { 'Knell-Runtime': 'claude-code', 'Knell-Format': format, 'Knell-Line': '' };
    await print([claude.says('one')], labels);
    await loseStore('removed');
    await print(lines, labels);
    await goOn(forMs);
    expect(publisher.aborts).toHaveLength(1);
  },
);

const toldAgain = (more: object) => ({
  started: { runtime: 'claude-code', format: 'structured', ago_ms: 60_000, ...more },
});

test.each([
  ['nothing follows its failure', {}, 1],
  ['the next turn fails alike', { goes_on: 'turns' }, 1],
  ['another command may follow', { goes_on: 'commands' }, 0],
])('a heartbeat tells the start that was lost again: %s', async (_, more, commands) => {
  const { publisher, tell, print } = await setUp();
  await tell('started', { runtime: 'claude-code', format: 'structured', ...more });
  await print([claude.init(), claude.says('one')], STRUCTURED);
  await loseStore('removed');
  await tell('heartbeat', toldAgain(more));
  await print([claude.fails('Failed to authenticate. API Error: 401', 401)], STRUCTURED);
  expect(publisher.aborts).toHaveLength(commands);
});

test('a run that its host alone speaks of after a loss is watched as its start told, and one that began after it by its start', async () => {
  const { tell, stateNow } = await setUp();
  await tell('heartbeat', toldAgain({ goes_on: 'turns' }));
  expect(await stateNow()).toBeUndefined();
  await loseStore('removed');
  await tell('heartbeat', toldAgain({ ago_ms: 0 }), 1);
  expect(await stateNow()).toBeUndefined();
  await tell('heartbeat', toldAgain({ goes_on: 'turns' }));
  const state = await stateNow();
  expect(state).toMatchObject({ runtime: 'claude-code', format: 'structured', goes_on: 'turns' });
  expect(state?.stall?.due_ms).toBeGreaterThan(Date.now());
});

test('a run is taken in anew after a second loss', async () => {
  const { fleet } = await ensureStreams(nats.connection, subjects, 1);
  const clock = { now: () => nowMs };
  let nowMs = Date.now();
  const heardAgain = createHeardAgain(createStoreLossStore(fleet).get, clock);
  const run = { agent: 'a9', execution: 'twice', attempt: 1 };
  const beat = RunEvent.parse({
    schema: 'knell.run/v1',
    type: 'heartbeat',
    at: formatTime(nowMs),
    ...run,
    ...toldAgain({}),
  });
  const isFirst = () => heardAgain.isFirst(beat as RunHeartbeat, nowMs);
  await createStoreLossStore(fleet).put({ at_ms: nowMs });
  expect(await isFirst()).toBe(true);
  heardAgain.heard(run);
  expect(await isFirst()).toBe(false);
  nowMs += 31_000;
  await createStoreLossStore(fleet).put({ at_ms: nowMs });
  expect(await isFirst()).toBe(true);
});

test('a start is lost where the host or a numbered line tells of a run soon after a loss', async () => {
  await setUp();
  const { fleet } = await ensureStreams(nats.connection, subjects, 1);
  const manager = await nats.connection.jetstreamManager();
  const run = (execution: string) => ({ agent: 'a9', execution, attempt: 1 });
  const runs = ['silent', 'first', 'counts-from-1', 'unnumbered', 'numbered', 'told'];
  await say(nats.connection, run('first'), 'stdout', ['x'], { 'Knell-Line': '0' });
  await say(nats.connection, run('counts-from-1'), 'stdout', ['x'], { 'Knell-Line': '1' });
  await say(nats.connection, run('unnumbered'), 'stdout', ['x']);
  await say(nats.connection, run('numbered'), 'stderr', ['x'], { 'Knell-Line': '2' });
  await nats.connection.jetstream().publish(subjects.runs(run('told')), '{}');
  const lost = async () => {
    const { get } = createStoreLossStore(fleet);
    const are = await Promise.all(runs.map((execution) => isStartLost(manager, subjects, run(execution), get)));
    return runs.filter((_, at) => are[at]);
  };
  expect(await lost()).toEqual([]);
  await tellLoss();
  expect(await lost()).toEqual(['numbered', 'told']);
  // Whoever has not told a start by now never does.
  await tellLoss(2 * HOUR_MS);
  expect(await lost()).toEqual([]);
});

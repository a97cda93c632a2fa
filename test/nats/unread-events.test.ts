import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import type { FailureRecord } from '../../src/contracts/failure-record.ts';
import type { Run } from '../../src/contracts/run.ts';
import { createMemoryUnmatchedCounter } from '../../src/memory/memory-fleet.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createLogHistory } from '../../src/nats/log-history.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import { createWorker } from '../../src/pipeline/output/worker.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { createRunListener } from '../../src/pipeline/run-listener.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { nextRecord, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/*
 * What hosts say and lines come from two streams, and a worker that is killed holds what it was given for some seconds: another one may
 * read a run's lines before its start, its exit, or its result.
 */
const nats = useNatsServer();
const { ruleSet } = await shippedRules();
const LINES = [claude.init(), claude.fails('OAuth token has expired', 401)];
const SETTLEMENT = { ack: () => undefined, retry: () => undefined, reject: () => undefined };

let lastRun = 0;
let published: ReturnType<typeof createMemoryPublisher>;
afterEach(() => expect(published.aborts.length).toBeLessThanOrEqual(1));

/** Workers over the real streams, which read what they are given and nothing else. */
async function setUp() {
  const buckets = await ensureStreams(nats.connection, subjects, 1);
  const history = createLogHistory(await nats.connection.jetstreamManager(), subjects);
  const errors: unknown[] = [];
  published = createMemoryPublisher();
  const options = {
    rules: () => ruleSet,
    policy: () => DEFAULT_POLICY,
    store: createRunStore(buckets.runs, (problem) => errors.push(problem)),
    history,
    publisher: published,
    drifts: createMemoryUnmatchedCounter(),
    clock: systemClock,
    telemetry: { ...silentTelemetry, messageRetried: ({ error }: { error: unknown }) => void errors.push(error) },
  };
  lastRun += 1;
  const run: Run = { agent: 'a1', execution: `e${lastRun}`, attempt: 1 };
  const about = { schema: 'knell.run/v1', ...run, at: new Date().toISOString() };
  const exit = { ...about, type: 'exited', code: 1 };
  const start = { ...about, type: 'started', runtime: 'claude-code' };
  const { streams } = await nats.connection.jetstreamManager();
  const store = async (event: object) => {
    const { seq } = await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(event));
    const storedMs = (await streams.getMessage('KNELL_RUNS', { seq })).time.getTime();
    // What comes next is stored in another millisecond.
    while (Date.now() <= storedMs) await new Promise(setImmediate);
    return storedMs;
  };
  const read = (event: object, storedMs = Date.now()) =>
    createRunListener(options).handleRun({
      run,
      subject: subjects.runs(run),
      data: Buffer.from(JSON.stringify(event)),
      storedMs,
      ...SETTLEMENT,
    });
  return {
    options,
    run,
    errors,
    storeLines: (lines = LINES) => say(nats.connection, run, 'stdout', lines, { 'Knell-Runtime': 'claude-code' }),
    publish: (event: object) =>
      nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify({ ...about, ...event })),
    storeExit: () => store(exit),
    storeStart: (more = {}) => store({ ...start, ...more }),
    readLines: (seq: number, lines = LINES, by = options, labels?: Readonly<Record<string, string>>) =>
      createWorker(by).handleLogs([messageOf(run, seq, lines, labels)]),
    readExit: (storedMs?: number) => read(exit, storedMs),
    readStart: (storedMs: number, more = {}) => read({ ...start, ...more }, storedMs),
  };
}

function messageOf(
  run: Run,
  seq: number,
  lines: readonly string[],
  labels: Readonly<Record<string, string>> = { 'Knell-Runtime': 'claude-code' },
) {
  const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const header = (name: string) => labels[name];
  const subject = subjects.logs(run, 'stdout');
  const labelled = Object.keys(labels).length > 0;
  const message = { run, stream: 'stdout' as const, subject, data, seq, storedMs: Date.now(), labelled };
  return { ...message, header, ...SETTLEMENT };
}

const last = (records: readonly FailureRecord[]) =>
  records.map(({ disposition, category }) => `${disposition} ${category}`);

test.each(['before', 'after'])(
  'a run whose exit was stored %s its lines, and is read after them, gets no command',
  async (when) => {
    const { errors, storeExit, storeLines, readLines, readExit } = await setUp();
    if (when === 'before') await storeExit();
    const seq = await storeLines();
    if (when === 'after') await storeExit();
    await readLines(seq);
    expect([published.aborts, last(published.records())]).toEqual([[], ['recorded auth.token_expired']]);
    await readExit();
    expect([published.aborts, last(published.records())]).toEqual([[], ['recorded auth.token_expired']]);
    expect(errors).toEqual([]);
  },
);

test('a run that lives gets one', async () => {
  const { errors, storeLines, readLines } = await setUp();
  await readLines(await storeLines());
  expect(published.aborts).toMatchObject([{ category: 'auth.token_expired' }]);
  expect(errors).toEqual([]);
});

test.each(['last', 'not last'])(
  'a command names the subscription that an unread start tells, be it the %s word',
  async (at) => {
    const { run, errors, storeStart, storeLines, readLines } = await setUp();
    await storeStart({ subscription: 'team-a' });
    const beat = { schema: 'knell.run/v1', type: 'heartbeat', ...run, at: new Date().toISOString() };
    if (at === 'not last') await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(beat));
    await readLines(await storeLines());
    expect(published.aborts).toMatchObject([{ credential: { kind: 'oauth', subscription: 'team-a' } }]);
    expect(errors).toEqual([]);
  },
);

test('a session whose start tells of several turns, and is unread, is not ended for a failed one', async () => {
  const { options, run, errors, storeStart, storeLines, readLines, readStart } = await setUp();
  const startedMs = await storeStart({ goes_on: 'turns' });
  const lines = [claude.init(), claude.says('one'), claude.fails('API Error: Repeated 529 Overloaded errors', 529)];
  await readLines(await storeLines(lines), lines);
  expect(published.aborts).toEqual([]);
  const known = await options.store.get(run);
  expect(known?.state).toMatchObject({ goes_on: 'turns', started_ms: startedMs, suspicions: [{}] });
  // What is read later says nothing new.
  await readStart(startedMs, { goes_on: 'turns' });
  expect((await options.store.get(run))?.state).toEqual({ ...known?.state, stall: expect.anything() });
  expect(errors).toEqual([]);
});

const TURN_FAILED = [claude.init(), claude.says('one'), claude.fails('API Error: Repeated 529 Overloaded errors', 529)];
const BEAT = { type: 'heartbeat' };
const START = { type: 'started', runtime: 'claude-code' };
const SESSION = { ...START, goes_on: 'turns' };
const JUNK = { junk: 1 };
const EXIT = { type: 'exited', code: 1 };

test.each([
  ['a heartbeat and before one', [BEAT, SESSION, BEAT]],
  ['junk and before a heartbeat', [JUNK, SESSION, BEAT]],
  ['a start that does not say it and before a heartbeat', [START, SESSION, BEAT]],
  ['many heartbeats and before many', [...beats(50), SESSION, ...beats(300)]],
  ['a heartbeat and before junk', [BEAT, SESSION, JUNK]],
])('a start of a session of several turns is found behind %s', async (_, events) => {
  const { errors, publish, storeLines, readLines } = await setUp();
  for (const event of events) await publish(event);
  await readLines(await storeLines(TURN_FAILED), TURN_FAILED);
  expect(published.aborts).toEqual([]);
  expect(errors).toEqual([]);
});

test.each([
  ['another is known', 0, 1],
  ['a newer one is known', 1, 0],
])('an unread start of a session of several turns counts where %s', async (_, read, unread) => {
  const { errors, storeStart, storeLines, readLines, readStart, publish } = await setUp();
  const starts = [];
  for (const at of [0, 1]) {
    const more = at === unread ? { goes_on: 'turns' } : {};
    starts.push({ more, atMs: await storeStart(more) });
  }
  await publish(BEAT);
  await readStart(starts[read]?.atMs ?? 0, starts[read]?.more);
  await readLines(await storeLines(TURN_FAILED), TURN_FAILED);
  expect(published.aborts).toEqual([]);
  expect(errors).toEqual([]);
});

test.each([
  ['a late heartbeat', BEAT],
  ['junk', JUNK],
])('an exit below which %s stands is an exit', async (_, event) => {
  for (const isStartRead of [false, true]) {
    const { errors, publish, storeStart, storeLines, readLines, readStart } = await setUp();
    const startedMs = await storeStart();
    if (isStartRead) await readStart(startedMs);
    await publish(EXIT);
    await publish(event);
    await readLines(await storeLines());
    expect(published.aborts).toEqual([]);
    expect(errors).toEqual([]);
  }
});

function beats(count: number): (typeof BEAT)[] {
  return Array.from({ length: count }, () => BEAT);
}

test('unlabelled lines are read as an unread start says, and the stream is asked for it once', async () => {
  const { options, errors, storeStart, storeLines, readLines } = await setUp();
  await storeStart({ format: 'structured' });
  const asked: boolean[] = [];
  const eventsOf: typeof options.history.eventsOf = (of, isStartKnown) => {
    asked.push(isStartKnown);
    return options.history.eventsOf(of, isStartKnown);
  };
  const by = { ...options, history: { ...options.history, eventsOf } };
  await readLines(await storeLines(FAILURE), FAILURE, by, {});
  expect(published.aborts).toMatchObject([{ category: 'auth.token_expired', runtime: { name: 'claude-code' } }]);
  // Once to read them, once before the command.
  expect(asked).toEqual([false, false]);
  expect(errors).toEqual([]);
});

test.each([true, false])(
  'what another process prints under the id of a run whose exit is unread gets no command',
  async (isRead) => {
    const { options, run, errors, storeStart, storeExit, storeLines, readLines, readStart, readExit } = await setUp();
    const first = await storeStart();
    if (isRead) await readStart(first);
    const exitedMs = await storeExit();
    const second = await storeStart({ runtime: 'codex' });
    await readStart(second, { runtime: 'codex' });
    await readLines(await storeLines());
    expect(published.aborts).toEqual([]);
    expect((await options.store.get(run))?.state).toMatchObject({ exited: { code: 1 }, used_again_ms: second });
    await readExit(exitedMs);
    expect(published.aborts).toEqual([]);
    expect(published.notices).toMatchObject([{ kind: 'drift', what: 'used_again' }]);
    expect(errors).toEqual([]);
  },
);

const DONE = [claude.init(), ...[claude.says('Done.'), claude.succeeds()].map((event) => ofSession('s1', event))];
const FAILURE = [ofSession('s1', claude.fails('OAuth token has expired', 401))];

test('a run whose result a killed worker holds is not ended for a failure behind it', async () => {
  const { connection } = nats;
  const run: Run = { agent: 'a1', execution: 'held', attempt: 1 };
  const labels = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' };
  // It has been here, so that there is a consumer.
  const before = await startTestService(nats.server.url, ruleSet);
  await untilAllIsRead(connection);
  await before.stop();
  await say(connection, run, 'stdout', DONE, labels);
  const killed = await connection.jetstream().consumers.get('KNELL_LOGS', 'knell_workers');
  expect((await killed.next())?.subject).toBe(subjects.logs(run, 'stdout'));
  const record = nextRecord(connection, run);
  const service = await startTestService(nats.server.url, ruleSet);
  try {
    await say(connection, run, 'stdout', FAILURE, labels);
    expect(await record).toMatchObject({
      disposition: 'suppressed',
      reason: 'the run had already reported its result',
    });
    await untilAllIsRead(connection);
    const store = createRunStore((await ensureStreams(connection, subjects, 1)).runs, () => undefined);
    expect((await store.get(run))?.state).toMatchObject({ succeeded: { position: { row: 2 } } });
    const manager = await connection.jetstreamManager();
    const { state } = await manager.streams.info('KNELL_ABORTS', { subjects_filter: subjects.aborts(run) });
    expect(state.subjects).toBeUndefined();
  } finally {
    await service.stop();
  }
});

test.each([
  ['by the run', DONE, 0],
  ['and then begun another turn', [...DONE, claude.init()], 1],
  ['by another session', [claude.init(), ofSession('s2', claude.succeeds()), ofSession('s1', claude.says('on'))], 1],
])('a failure behind an unread result that was reported %s gives commands accordingly', async (_, unread, commands) => {
  const { errors, storeLines, readLines } = await setUp();
  await storeLines(unread);
  await readLines(await storeLines(FAILURE), FAILURE);
  expect(published.aborts).toHaveLength(commands);
  expect(errors).toEqual([]);
});

/** An event that names the session it is of. */
function ofSession(id: string, event: string): string {
  return JSON.stringify({ ...JSON.parse(event), session_id: id });
}

test('a run whose result another worker takes in while the failure is decided on gets no command', async () => {
  const { options, errors, storeLines, readLines } = await setUp();
  await storeLines([claude.init()]);
  const done = await storeLines(DONE.slice(1));
  const failed = await storeLines(FAILURE);
  let isRead = false;
  const unreadBefore = async () => {
    // It is acknowledged by the time that is looked.
    if (!isRead) await readLines(done, DONE.slice(1));
    isRead = true;
    return [];
  };
  await readLines(failed, FAILURE, { ...options, history: { ...options.history, unreadBefore } });
  expect(published.aborts).toEqual([]);
  expect(errors).toEqual([]);
});

test('a result between two lines that are decided on together is found too', async () => {
  const { options, run, errors, storeLines } = await setUp();
  const retry = [claude.init(), ofSession('s1', claude.retry(529))];
  const first = await storeLines(retry);
  await storeLines(DONE.slice(1));
  const second = await storeLines(FAILURE);
  await createWorker(options).handleLogs([messageOf(run, first, retry), messageOf(run, second, FAILURE)]);
  expect(published.aborts).toEqual([]);
  expect(errors).toEqual([]);
});

test('a run that exits while its unread lines are looked through gets no command', async () => {
  const { options, errors, storeExit, storeLines, readLines } = await setUp();
  const seq = await storeLines();
  const unreadBefore: typeof options.history.unreadBefore = async () => {
    await storeExit();
    return [];
  };
  await readLines(seq, LINES, { ...options, history: { ...options.history, unreadBefore } });
  expect(published.aborts).toEqual([]);
  expect(errors).toEqual([]);
});

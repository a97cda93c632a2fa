import { createHash } from 'node:crypto';
import { AckPolicy } from 'nats';
import { describe, expect, test } from 'vitest';
import { evidenceOfLine } from '../../src/classify/occurrence.ts';
import { newRunState } from '../../src/classify/run-state.ts';
import type { ProcessTreeReport } from '../../src/contracts/process-tree.ts';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { createMemoryLog } from '../../src/memory/memory-log.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../src/memory/memory-run-store.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createLogHistory } from '../../src/nats/log-history.ts';
import { createPublisher } from '../../src/nats/publisher.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import type { LogHistory, Publisher, RunStore } from '../../src/pipeline/ports/ports.ts';
import { abortCommand, failureRecord } from '../support/messages.ts';
import { type NatsKind, useNatsKinds } from '../support/nats-kinds.ts';

/** One world behind the ports, and a way to put output into it and to count what came out. */
interface World {
  readonly store: RunStore;
  readonly history: LogHistory;
  readonly publisher: Publisher;
  say(run: Run, stream: StreamName, output: string | Buffer): Promise<number>;
  /** The run's host tells of its process tree. */
  tell(run: Run, tree: ProcessTreeReport): Promise<void>;
  published(): Promise<{ aborts: number; records: number }>;
}

const subjects = createSubjects();
const kinds = useNatsKinds();
let lastRun = 0;
const freshRun = (): Run => {
  lastRun += 1;
  return { agent: 'a', execution: `e${lastRun}`, attempt: 1 };
};

const natsWorld = (kind: NatsKind) => async (): Promise<World> => {
  const connection = kind.connection();
  const buckets = await ensureStreams(connection, subjects, kind.replicas);
  const jetstream = connection.jetstream();
  const manager = await connection.jetstreamManager();
  const countOf = async (stream: string) => (await manager.streams.info(stream)).state.messages;
  const before = { aborts: await countOf('KNELL_ABORTS'), records: await countOf('KNELL_FAILURES') };
  return {
    store: createRunStore(buckets.runs, ({ key, reason }) => {
      throw new Error(`${key}: ${reason}`);
    }),
    history: createLogHistory(manager, subjects),
    publisher: createPublisher(connection, manager, subjects),
    async tell(run, tree) {
      const event = { schema: 'knell.run/v1', type: 'heartbeat', ...run, at: '2026-11-22T12:00:00.000Z', tree };
      await jetstream.publish(subjects.runs(run), JSON.stringify(event));
    },
    say: async (run, stream, output) => (await jetstream.publish(subjects.logs(run, stream), output)).seq,
    published: async () => ({
      aborts: (await countOf('KNELL_ABORTS')) - before.aborts,
      records: (await countOf('KNELL_FAILURES')) - before.records,
    }),
  };
};

async function memoryWorld(): Promise<World> {
  const log = createMemoryLog();
  const publisher = createMemoryPublisher();
  let seq = 0;
  return {
    store: createMemoryRunStore(),
    history: log,
    publisher,
    async say(run, stream, output) {
      seq += 1;
      log.append({ run, stream, subject: subjects.logs(run, stream), data: Buffer.from(output), seq, storedMs: seq });
      return seq;
    },
    tell: async (run, tree) => log.tellTree(run, { tree, storedMs: Date.now() }),
    published: async () => ({ aborts: publisher.aborts.length, records: publisher.records().length }),
  };
}

describe.each([
  ...Object.entries(kinds).map(([name, kind]) => [name, natsWorld(kind)] as const),
  ['memory', memoryWorld] as const,
])('the ports over %s', (_name, createWorld) => {
  test('a run that was never stored has no state', async () => {
    const { store } = await createWorld();
    expect(await store.get(freshRun())).toBeUndefined();
  });

  test('what was stored is read back, with the revision that the next write needs', async () => {
    const { store } = await createWorld();
    const run = freshRun();
    expect(await store.put({ ...newRunState(run), runtime: 'codex' }, 0)).toBe(true);
    const first = await store.get(run);
    expect(first?.state.runtime).toBe('codex');
    expect(await store.put({ ...newRunState(run), runtime: 'gemini' }, first?.revision ?? -1)).toBe(true);
    expect((await store.get(run))?.state.runtime).toBe('gemini');
  });

  test('a write on an old revision is refused and changes nothing', async () => {
    const { store } = await createWorld();
    const run = freshRun();
    await store.put({ ...newRunState(run), runtime: 'first' }, 0);
    expect(await store.put({ ...newRunState(run), runtime: 'second' }, 0)).toBe(false);
    expect((await store.get(run))?.state.runtime).toBe('first');
  });

  test('of many writes at once on one revision, one is taken and the others are refused', async () => {
    const { store } = await createWorld();
    const run = freshRun();
    await store.put(newRunState(run), 0);
    const revision = (await store.get(run))?.revision ?? -1;
    const names = Array.from({ length: 20 }, (_, index) => `writer-${index}`);
    const taken = await Promise.all(names.map((runtime) => store.put({ ...newRunState(run), runtime }, revision)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await store.get(run))?.state.runtime).toBe(names[taken.indexOf(true)]);
  });

  test('of many first writes at once, one is taken and the others are refused', async () => {
    const { store } = await createWorld();
    const run = freshRun();
    const names = Array.from({ length: 20 }, (_, index) => `writer-${index}`);
    const taken = await Promise.all(names.map((runtime) => store.put({ ...newRunState(run), runtime }, 0)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await store.get(run))?.state.runtime).toBe(names[taken.indexOf(true)]);
  });

  test('a watcher is told what is there and then what changes', async () => {
    const { store } = await createWorld();
    const run = freshRun();
    await store.put({ ...newRunState(run), runtime: 'before' }, 0);
    const heard: (string | undefined)[] = [];
    let wake: () => void = () => undefined;
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const watch = await store.watch((state) => {
      if (state.execution !== run.execution) return;
      heard.push(state.runtime);
      if (state.runtime === 'after') wake();
    });
    await watch.ready;
    expect(heard).toEqual(['before']);
    const known = await store.get(run);
    await store.put({ ...newRunState(run), runtime: 'after' }, known?.revision ?? -1);
    await changed;
    watch.stop();
    expect(heard).toEqual(['before', 'after']);
  });

  test("a stream's opening is its first lines that are not blank, and grows with what is printed", async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    expect(await history.opening(run, 'stdout')).toMatchObject({ lines: [], complete: false });
    await say(run, 'stderr', 'elsewhere');
    await say(run, 'stdout', '\n  \n');
    expect((await history.opening(run, 'stdout')).lines).toEqual([]);
    await say(run, 'stdout', '\nhello\n\nworld');
    expect((await history.opening(run, 'stdout')).lines).toEqual(['hello', 'world']);
    await say(run, 'stdout', 'more');
    expect(await history.opening(run, 'stdout')).toMatchObject({ lines: ['hello', 'world', 'more'], complete: false });
    expect((await history.opening(run, 'stderr')).lines).toEqual(['elsewhere']);
  });

  test('an opening is complete after 64 KiB, and what is printed then is left out', async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    const line = 'x'.repeat(1_023);
    for (let at = 0; at < 4; at += 1) await say(run, 'stdout', `${line}\n`.repeat(20));
    const { lines, complete } = await history.opening(run, 'stdout');
    expect([lines.length, complete]).toEqual([64, true]);
  });

  test('asked for several times at once, an opening has each line once', async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    for (const line of ['a', 'b', 'c']) await say(run, 'stdout', line);
    const asked = await Promise.all([1, 2, 3].map(() => history.opening(run, 'stdout')));
    expect(asked.map(({ lines }) => lines.join(''))).toEqual(['abc', 'abc', 'abc']);
  });

  test('lines after a position come from both streams, in order, and only those of the run', async () => {
    const { history, say } = await createWorld();
    const [run, other] = [freshRun(), freshRun()];
    const seq = await say(run, 'stdout', 'a\nb\nc\n');
    await say(other, 'stdout', 'not mine');
    await say(run, 'stderr', 'd');
    await say(run, 'stdout', 'e\nf');
    const after = await history.linesAfter(run, { seq, row: 1 }, 10);
    expect(after.map(({ text, stream }) => `${stream}:${text}`)).toEqual([
      'stdout:c',
      'stderr:d',
      'stdout:e',
      'stdout:f',
    ]);
    expect((await history.linesAfter(run, { seq, row: 1 }, 2)).map(({ text }) => text)).toEqual(['c', 'd']);
  });

  test("a run's last words are the last line of either stream that is not blank", async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    expect(await history.lastOutput(run)).toBeUndefined();
    await say(run, 'stdout', 'one\n');
    await say(run, 'stderr', 'two\n\n');
    expect(await history.lastOutput(run)).toMatchObject({ text: 'two', stream: 'stderr' });
    const { atMs } = (await history.lastOutput(run)) ?? { atMs: Number.NaN };
    await say(run, 'stderr', '\n\n');
    expect((await history.lastOutput(run))?.atMs).toBeGreaterThanOrEqual(atMs);
    expect((await history.lastOutput(run, 'stdout'))?.text).toBe('one');
  });

  test("a stream's last lines come in order, as many messages as are asked for, and it is said whether these are all", async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    expect(await history.lastLines(run, 'stdout', 8)).toEqual({ lines: [], isAll: true });
    for (let at = 0; at < 30; at += 1) {
      await say(run, 'stdout', `${at}a\n${at}b\n`);
      await say(run, 'stderr', 'noise\n');
    }
    const all = Array.from({ length: 30 }, (_, at) => [`${at}a`, `${at}b`]).flat();
    const read = async (most: number) => {
      const { lines, isAll } = await history.lastLines(run, 'stdout', most);
      return { texts: lines.map(({ text }) => text), isAll };
    };
    expect(await read(100)).toEqual({ texts: all, isAll: true });
    const { texts, isAll } = await read(8);
    expect([isAll, texts.length < all.length, texts.length > 0]).toEqual([false, true, true]);
    expect(texts).toEqual(all.slice(-texts.length));
  });

  test('last words that are no UTF-8 come with the bytes that were printed, and so does their hash', async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    const raw = Buffer.from('caf\xe9', 'latin1');
    await say(run, 'stderr', Buffer.concat([raw, Buffer.from('\n')]));
    const last = await history.lastOutput(run);
    expect(last).toMatchObject({ raw, text: 'caf\ufffd' });
    const sha256 = createHash('sha256').update(raw).digest('hex');
    expect(last && evidenceOfLine(last)).toMatchObject({ sha256, excerpt: 'caf\ufffd' });
  });

  test('a run that only prints blank lines is not taken for silent', async () => {
    const { history, say } = await createWorld();
    const run = freshRun();
    const seq = await say(run, 'stdout', '\n');
    expect(await history.lastOutput(run)).toMatchObject({ text: '', position: { seq } });
  });

  test('an attempt gets one abort command, whoever issues it and however often', async () => {
    const { publisher, published } = await createWorld();
    const run = freshRun();
    expect(await publisher.abort(abortCommand(run))).toBe('published');
    expect(await publisher.abort(abortCommand(run))).toBe('already_there');
    expect(await publisher.abort(abortCommand(run, { category: 'auth.forbidden' }))).toBe('already_there');
    expect(await publisher.abort(abortCommand({ ...run, attempt: 2 }))).toBe('published');
    expect(await published()).toMatchObject({ aborts: 2 });
  });

  test("the last that a run's host told of its process tree is known, with when", async () => {
    const { history, tell } = await createWorld();
    const run = freshRun();
    expect(await history.lastTree(run)).toBeUndefined();
    await tell(run, { processes: 2, cpu_ms: 10, tools: 1, idle_ms: 0 });
    const tree = { processes: 1, cpu_ms: 20, tools: 0, idle_ms: 5_000 };
    await tell(run, tree);
    const seen = await history.lastTree(run);
    expect(seen?.tree).toEqual(tree);
    expect(Math.abs((seen?.storedMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await history.lastTree(freshRun())).toBeUndefined();
  });

  test('of many abort commands at once for an attempt, one is stored', async () => {
    const { publisher, published } = await createWorld();
    const run = freshRun();
    const commands = Array.from({ length: 20 }, (_, index) => abortCommand(run, { command_id: `command-${index}` }));
    const answers = await Promise.all(commands.map((command) => publisher.abort(command)));
    expect(answers.filter((answer) => answer === 'published')).toHaveLength(1);
    expect(await published()).toMatchObject({ aborts: 1 });
  });

  test('the same record is stored once', async () => {
    const { publisher, published } = await createWorld();
    const run = freshRun();
    await publisher.record(failureRecord(run));
    await publisher.record(failureRecord(run));
    expect(await published()).toMatchObject({ records: 1 });
  });
});

describe.each(Object.entries(kinds))('over %s', (_name, kind) => {
  test('one version of a record that two workers name differently is stored as both do, and is no stranger', async () => {
    const { publisher, published } = await natsWorld(kind)();
    const manager = await kind.connection().jetstreamManager();
    const run = freshRun();
    for (const category of ['auth.invalid_credentials', 'auth.token_expired'] as const) {
      for (const revision of [0, 1]) {
        await publisher.record(failureRecord(run, { category }), revision);
        await publisher.record(failureRecord(run, { category }), revision);
      }
    }
    expect(await published()).toMatchObject({ records: 4 });
    const told = await manager.streams
      .getMessage('KNELL_NOTICES', {
        last_by_subj: subjects.notices('foreign_message', run.agent, run.execution, `${run.attempt}`),
      })
      .catch(() => undefined);
    expect(told).toBeUndefined();
  });

  test('what a host has said and nobody has taken in yet is found in the stream of run events', async () => {
    const { history } = await natsWorld(kind)();
    const run = freshRun();
    const told = async (isStartKnown: boolean) =>
      (await history.eventsOf(run, isStartKnown)).map(({ event }) =>
        event.type === 'exited' ? event.code : event.type,
      );
    const say = (type: string, more = {}) => {
      const event = { schema: 'knell.run/v1', type, ...run, at: '2026-11-22T12:00:00.000Z', ...more };
      return kind.connection().jetstream().publish(subjects.runs(run), JSON.stringify(event));
    };
    expect(await told(false)).toEqual([]);
    await say('started');
    expect([await told(false), await told(true)]).toEqual([['started'], ['started']]);
    await say('heartbeat');
    await say('exited', { code: 1 });
    const all = ['started', 'heartbeat', 1];
    expect([await told(false), await told(true)]).toEqual([all, all]);
    const exit = (await history.eventsOf(run, true)).at(-1);
    expect(Math.abs((exit?.atMs ?? 0) - Date.now())).toBeLessThan(60_000);
    // What names another run is not of this one.
    await say('exited', { attempt: 2 });
    expect([await told(false), await told(true)]).toEqual([all, all]);
    // Another process under its id, once workers are done with what is there.
    const manager = await kind.connection().jetstreamManager();
    await manager.consumers.add('KNELL_RUNS', { durable_name: 'knell_run_workers', ack_policy: AckPolicy.All });
    try {
      const consumer = await kind.connection().jetstream().consumers.get('KNELL_RUNS', 'knell_run_workers');
      for (let message = await consumer.next(); message; message = await consumer.next()) {
        await message.ackAck();
        if (message.info.pending === 0) break;
      }
      expect(await told(true)).toEqual([]);
      await say('heartbeat');
      await say('started');
      expect([await told(false), await told(true)]).toEqual([
        [...all, 'heartbeat', 'started'],
        ['heartbeat', 'started'],
      ]);
    } finally {
      await manager.consumers.delete('KNELL_RUNS', 'knell_run_workers');
    }
  });

  test('the log begins with what its stream has not dropped', async () => {
    const { history, say } = await natsWorld(kind)();
    const run = freshRun();
    const { streams } = await kind.connection().jetstreamManager();
    const timeOf = async (seq: number) => (await streams.getMessage('KNELL_LOGS', { seq })).time.getTime();
    const first = await say(run, 'stdout', 'one');
    const firstMs = await timeOf(first);
    const whole = await history.begin();
    expect([whole.seq <= first, whole.atMs <= firstMs]).toEqual([true, true]);
    const { config } = await streams.info('KNELL_LOGS');
    await streams.update('KNELL_LOGS', { ...config, max_msgs: 1 });
    const last = await say(run, 'stdout', 'two');
    const lastMs = await timeOf(last);
    const strange = (await natsWorld(kind)()).history;
    expect(await strange.begin()).toEqual({ seq: last, atMs: lastMs });
    // Where it was seen to end with what is gone now, all that came behind that is there.
    expect(await history.begin()).toEqual({ seq: last, atMs: firstMs + 1 });
    // All of it grows too old.
    const brief = { max_age: 100e6, duplicate_window: 100e6 };
    await streams.update('KNELL_LOGS', { ...config, ...brief });
    while ((await streams.info('KNELL_LOGS')).state.messages > 0) await new Promise(setImmediate);
    await streams.update('KNELL_LOGS', config);
    expect(await history.begin()).toEqual({ seq: last + 1, atMs: lastMs + 1 });
  });

  test('the log begins behind the last message that was deleted from its middle', async () => {
    const { history, say } = await natsWorld(kind)();
    const run = freshRun();
    const { streams } = await kind.connection().jetstreamManager();
    const [, second, third] = [
      await say(run, 'stdout', 'one'),
      await say(run, 'stderr', 'two'),
      await say(run, 'stdout', 'three'),
    ];
    const thirdMs = (await streams.getMessage('KNELL_LOGS', { seq: third })).time.getTime();
    await streams.deleteMessage('KNELL_LOGS', second);
    expect(await history.begin()).toEqual({ seq: third, atMs: thirdMs });
    await streams.deleteMessage('KNELL_LOGS', third);
    expect(await history.begin()).toEqual({ seq: third + 1, atMs: thirdMs + 1 });
  });

  test('lines that no worker has acknowledged, and those behind them, are the unread ones', async () => {
    const connection = kind.connection();
    const { history, say } = await natsWorld(kind)();
    const run = freshRun();
    const unread = async () => (await history.unreadLines(run, 10))?.map(({ text }) => text);
    await say(run, 'stdout', 'one\ntwo');
    expect(await unread()).toEqual(['one', 'two']);
    const manager = await connection.jetstreamManager();
    const config = { durable_name: 'knell_workers', ack_policy: AckPolicy.Explicit };
    await manager.consumers.add('KNELL_LOGS', config);
    try {
      const last = `three of ${run.execution}`;
      await say(run, 'stderr', last);
      const consumer = await connection.jetstream().consumers.get('KNELL_LOGS', 'knell_workers');
      for (let message = await consumer.next(); message?.seq; message = await consumer.next()) {
        if (message.string() === last) break;
        await message.ackAck();
      }
      expect(await unread()).toEqual([last]);
      const [{ position: { seq } = { seq: 0 } } = {}] = (await history.unreadLines(run, 10)) ?? [];
      await say(run, 'stdout', 'four');
      expect((await history.unreadBefore(run, seq + 1)).map(({ text }) => text)).toEqual([last]);
      expect(await history.unreadBefore(run, seq)).toEqual([]);
    } finally {
      await manager.consumers.delete('KNELL_LOGS', 'knell_workers');
    }
  });
});

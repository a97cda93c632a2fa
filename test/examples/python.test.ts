import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Ack } from '../../src/contracts/ack.ts';
import { RunEvent } from '../../src/contracts/run-event.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { claude } from '../support/claude-lines.ts';
import { startConfiguredServer } from '../support/configured-server.ts';
import { abortCommand } from '../support/messages.ts';
import { useNatsServer } from '../support/nats.ts';
import { natsPyFolder } from '../support/nats-py.ts';
import { KNELL } from '../support/tap-process.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const BACKEND = join(ROOT, 'examples/backend-python/backend.py');
const SCHEMAS = join(ROOT, 'dist/schemas');
const natsPy = natsPyFolder();
const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-python-'));
const running: ChildProcess[] = [];
afterEach(async () => {
  // It ends its jobs with it.
  await Promise.all(
    running.splice(0).map(async (child) => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }),
  );
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('the Python backend is Python', async () => {
  const script = 'import ast, sys; print(len(ast.parse(open(sys.argv[1], encoding="utf-8").read()).body))';
  const { stdout } = await promisify(execFile)('python3', ['-c', script, BACKEND]);
  expect(Number(stdout)).toBeGreaterThan(10);
});

const job = (execution: string, ...command: string[]) => ({ agent: 'py', execution, subscription: 'team-a', command });

/** The backend as a process with its jobs; what it says, and a way to wait for it. */
function start(jobs: readonly object[], env: Readonly<Record<string, string>>, over: object = {}) {
  const file = join(work, 'jobs.json');
  const subscriptions = { 'team-a': {}, 'team-b': {} };
  writeFileSync(file, JSON.stringify({ slots: 2, timeoutS: 600, retryMs: 10, subscriptions, jobs, ...over }));
  const child = spawn('python3', [BACKEND, file, SCHEMAS], {
    env: { ...process.env, NATS_URL: undefined, PYTHONPATH: natsPy, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const said: string[] = [];
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const wake of waiting) wake();
  };
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      said.push(line);
      tell();
    })
    .on('close', tell);
  const closed = once(child, 'close') as Promise<[number]>;
  async function hears(text: string): Promise<void> {
    for (;;) {
      if (said.some((line) => line.includes(text))) return;
      if (child.exitCode !== null) throw new Error(`it ended without "${text}":\n${said.join('\n')}`);
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  }
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  /** Tells it to stop, and settles when it has. */
  async function ended(): Promise<{ code: number; err: string }> {
    child.kill('SIGTERM');
    return { code: (await closed)[0], err };
  }
  return { said, hears, ended, exitCode: async () => (await closed)[0] };
}

// Without nats-py there is only the syntax to check.
const REAL = natsPy === undefined ? [] : ['over a real server'];

test.each(REAL)('%s: a doomed run is ended and goes on elsewhere, a late command is answered as late', async () => {
  const subjects = createSubjects('team.knell');
  await ensureStreams(nats.connection, subjects);
  const acks: Ack[] = [];
  const listener = nats.connection.subscribe(subjects.all('acks'), {
    callback: (_, message) => acks.push(Ack.parse(message.json())),
  });
  const events = nats.connection.subscribe(subjects.all('runs'));
  const { said, hears, exitCode } = start([job('done', 'true'), job('hangs', 'sleep', '3600')], {
    NATS_URL: nats.server.url,
    KNELL_PREFIX: 'team.knell',
  });
  const abort = async (execution: string, attempt: number, over = {}) => {
    const run = { agent: 'py', execution, attempt };
    const times = { issued_at: formatTime(Date.now()), expires_at: formatTime(Date.now() + 600_000) };
    await nats.connection
      .jetstream()
      .publish(subjects.aborts(run), JSON.stringify(abortCommand(run, { ...times, ...over })));
  };
  // An ack may come again, as the same message: where a consumer was made anew, commands are delivered once more.
  const ackOf = async (execution: string) => {
    for (;;) {
      const ack = acks.find((one) => one.execution === execution);
      if (ack) return ack;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await hears('py.done.1: over (0)');
  await abort('done', 1);
  expect((await ackOf('done')).outcome).toBe('already_finished');
  await hears('py.hangs.1: started on team-a');
  // Its consumer is taken away: it says so, and listens again.
  await (await nats.connection.jetstreamManager()).consumers.delete('KNELL_ABORTS', 'backend_example-backend-python');
  await abort('hangs', 1, { next_action: 'switch_subscription', retryable: false });
  expect(await ackOf('hangs')).toMatchObject({ attempt: 1, outcome: 'terminated' });
  await hears('py.hangs.2: started on team-b');
  await abort('hangs', 2, { next_action: 'fail' });
  expect(await exitCode()).toBe(0);
  expect(said.filter((line) => line.includes('started'))).toHaveLength(3);
  listener.unsubscribe();
  events.unsubscribe();
  const told = [];
  for await (const message of events) told.push(RunEvent.parse(message.json()));
  // The first ones may have begun before it was connected, on a slow machine.
  expect(told).toContainEqual(expect.objectContaining({ type: 'started', execution: 'hangs', attempt: 2 }));
});

test.each(REAL)('%s that is not there yet: jobs run, and it listens as soon as the server is there', async () => {
  const first = await startEmbeddedServer();
  const { port } = first;
  await first.stop();
  const { hears, exitCode } = start([job('early', 'true'), job('waits', 'sleep', '3600')], {
    NATS_URL: `nats://127.0.0.1:${port}`,
  });
  await hears('py.early.1: over (0)');
  await hears('trying again');
  const server: EmbeddedServer = await startEmbeddedServer({ port });
  try {
    const { connect } = await import('nats');
    const connection = await connect({ servers: server.url });
    await ensureStreams(connection, createSubjects());
    const run = { agent: 'py', execution: 'waits', attempt: 1 };
    const times = { issued_at: formatTime(Date.now()), expires_at: formatTime(Date.now() + 600_000) };
    await connection
      .jetstream()
      .publish(createSubjects().aborts(run), JSON.stringify(abortCommand(run, { ...times, next_action: 'fail' })));
    expect(await exitCode()).toBe(0);
    await connection.close();
  } finally {
    await server.stop();
  }
});

test.each(REAL)('%s with a login: by its address, by a file, by a context', async () => {
  const server = await startConfiguredServer('authorization { user: u, password: "p w" }');
  const secret = join(work, 'password');
  writeFileSync(secret, 'p w\n');
  const folder = join(work, 'nats', 'context');
  (await import('node:fs')).mkdirSync(folder, { recursive: true });
  const address = `nats://127.0.0.1:${server.port}`;
  writeFileSync(join(folder, 'mine.json'), JSON.stringify({ url: address, user: 'u', password: 'p w' }));
  const backends: (() => Promise<{ code: number; err: string }>)[] = [];
  try {
    for (const env of [
      { NATS_URL: `nats://u:p%20w@127.0.0.1:${server.port}` },
      { NATS_URL: address, NATS_USER: 'u', NATS_PASSWORD_FILE: secret },
      { NATS_CONTEXT: 'mine', XDG_CONFIG_HOME: work },
      { NATS_URL: 'context:mine', XDG_CONFIG_HOME: work },
    ]) {
      // There are no streams: that it asks for them shows that it was let in.
      const { hears, ended } = start([job('waits', 'sleep', '3600')], env);
      await hears('knell: NotFoundError');
      backends.push(ended);
    }
  } finally {
    await server.stop();
  }
  // Told to stop while the server is away, they end as they do otherwise.
  const ends = await Promise.all(backends.map((end) => end()));
  expect(ends).toEqual(ends.map(() => ({ code: 0, err: '' })));
});

const DOOMED_ON_A = `test "$WORKS" = yes && exit 0
printf '%s\\n' '${claude.init()}' '${claude.fails('API Error: 401 OAuth token has expired', 401)}'
exec sleep 3600`;

test.each(REAL)('%s: a run goes through the tap of the file of jobs, which publishes it and ends it', async () => {
  const server = await startEmbeddedServer();
  const worker = await startWorkerProcess(server.url, join(ROOT, 'rules'));
  try {
    const { said, exitCode } = start(
      [job('doomed', 'sh', '-c', DOOMED_ON_A)],
      { NATS_URL: server.url },
      {
        tap: [process.execPath, KNELL, 'tap', '--obey', '--runtime', 'claude-code'],
        subscriptions: { 'team-a': { WORKS: 'no' }, 'team-b': { WORKS: 'yes' } },
      },
    );
    expect(await exitCode()).toBe(0);
    for (const line of [
      'py.doomed.1: started on team-a',
      'py.doomed.1: over (125)',
      'py.doomed.1: auth.token_expired, next: switch_subscription',
      'py.doomed.2: started on team-b',
      'py.doomed.2: over (0)',
    ])
      expect(said).toContain(line);
  } finally {
    await worker.kill('SIGTERM');
    await server.stop();
  }
});

test.each(REAL)('%s: told to stop, it ends its jobs and itself without a word of trouble', async () => {
  const subjects = createSubjects();
  const server = await startEmbeddedServer();
  const { connect } = await import('nats');
  const connection = await connect({ servers: server.url });
  try {
    await ensureStreams(connection, subjects);
    const { said, hears, ended } = start([job('long', 'sleep', '3600')], { NATS_URL: server.url });
    await hears('py.long.1: started');
    // It listens: a notice is heard.
    const notice = { schema: 'knell.notice/v1', kind: 'stall', at: formatTime(Date.now()), message: 'quiet for long' };
    while (!said.includes('notice stall: quiet for long')) {
      await connection.jetstream().publish(subjects.notices('stall', 'py'), JSON.stringify(notice));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await ended()).toEqual({ code: 0, err: '' });
    expect(said.filter((line) => line.includes('knell: '))).toEqual([]);
    expect(said.filter((line) => !line.startsWith('notice')).slice(-2)).toEqual([
      'told to stop: ending what runs',
      'py.long.1: over (SIGTERM)',
    ]);
  } finally {
    await connection.close();
    await server.stop();
  }
});

test.each(REAL)('%s: a program that is not there is a failed job, and the others go on', async () => {
  const { said, exitCode } = start([job('lost', 'no-such-program'), job('well', 'true')], {
    NATS_URL: nats.server.url,
  });
  expect(await exitCode()).toBe(0);
  expect(said).toContain('py.lost.1: over (127)');
  expect(said).toContain('py.well.1: over (0)');
});

const GOOD_JOBS = join(ROOT, 'examples/backend/jobs.json');
test.each(
  REAL.flatMap(() => [
    ['no file of jobs', ['nowhere.json', SCHEMAS], "nowhere.json can't be read: No such file or directory"],
    ['a file that is no JSON', [BACKEND, SCHEMAS], `${BACKEND} can't be read: `],
    ['no schemas', [GOOD_JOBS, 'nowhere'], "nowhere has not knell's schemas (No such file or directory)"],
    ['too few words', [GOOD_JOBS], 'usage: backend.py JOBS.json SCHEMAS_FOLDER'],
  ]),
)('%s: one line, and exit code 2', async (_, args, line) => {
  const env = { ...process.env, PYTHONPATH: natsPy };
  const run = promisify(execFile)('python3', [BACKEND, ...args], { env }).then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => error,
  );
  const { code, stderr } = await run;
  expect(code).toBe(2);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(line)]);
});

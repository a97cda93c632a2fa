import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { modeCommand } from '../../src/cli/mode.ts';
import { runsCommand } from '../../src/cli/runs.ts';
import { whyCommand } from '../../src/cli/why.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, nextRecord, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

const rules = rulesFrom(`
rules:
  - id: token-expired
    match:
      - { event: result, text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 10m }
`);
const nats = useNatsServer();
const doomed = { agent: 'builder', execution: 'e1', attempt: 1 };
const suspected = { agent: 'builder', execution: 'e2', attempt: 1 };
let service: Service;

const runs = (...args: string[]) => runCommand(runsCommand(), ['runs', ...args], { NATS_URL: nats.server.url });
const mode = (...args: string[]) => runCommand(modeCommand(), ['mode', ...args], { NATS_URL: nats.server.url });

beforeAll(async () => {
  service = await startTestService(nats.server.url, rules);
});
afterAll(() => service.stop());

describe('knell runs', () => {
  test('says so when nothing is remembered', async () => {
    expect(await runs('list')).toMatchObject({ code: 0, out: 'no runs are remembered\n' });
  });

  test('lists runs, and shows of one its evidence, its command and its ack', async () => {
    const abort = nextAbort(nats.connection, doomed);
    const jetstream = nats.connection.jetstream();
    const started = { schema: 'knell.run/v1', type: 'started', at: '2026-03-04T05:06:07.000Z', runtime: 'claude-code' };
    await jetstream.publish(subjects.runs(doomed), JSON.stringify({ ...started, ...doomed }));
    await say(nats.connection, doomed, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)], {
      'Knell-Runtime': 'claude-code',
      'Knell-Subscription': 'team-a',
    });
    const { command_id } = await abort;
    await say(nats.connection, suspected, 'stdout', ['Reading.', 'Login expired · Please run /login'], {
      'Knell-Runtime': 'claude-code',
    });
    await untilAllIsRead(nats.connection);

    const listed = await runs('list');
    expect(listed.out).toMatch(/^RUN +STATE +RUNTIME +SUBSCRIPTION +VERDICT +STARTED$/m);
    expect(listed.out).toMatch(
      /^builder\.e1\.1 +aborting +claude-code +team-a +auth\.token_expired +20\d\d-\d\d-\d\dT/m,
    );
    expect(listed.out).toMatch(/^builder\.e2\.1 +suspected +claude-code/m);
    const states = (await runs('list', '--json')).out.trim().split('\n');
    expect(states.map((row) => RunState.parse(JSON.parse(row)).execution).toSorted()).toEqual(['e1', 'e2']);

    const { out } = await runs('show', 'builder.e1.1');
    expect(out).toMatch(/evidence +OAuth token has expired/);
    expect(out).toContain(`${command_id}, offered once`);
    expect(out).not.toMatch(/^ +ack/m);
    const last = nextRecord(nats.connection, doomed);
    const at = '2026-03-04T05:07:00.000Z';
    const ack = { schema: 'knell.ack/v1', ...doomed, command_id, outcome: 'terminated', by: 'test', at };
    await jetstream.publish(subjects.acks(doomed), JSON.stringify(ack));
    const exited = { schema: 'knell.run/v1', type: 'exited', at, code: null, signal: 'SIGTERM' };
    await jetstream.publish(subjects.runs(doomed), JSON.stringify({ ...exited, ...doomed }));
    expect((await last).timings).toBeDefined();
    const ended = (await runs('show', 'builder.e1.1')).out;
    expect(ended).toMatch(/state +ended/);
    expect(ended).toMatch(/ack +terminated by test/);
    expect(ended).toMatch(/timings +evidence_to_command \d+ ms/);
    const json = JSON.parse((await runs('show', 'builder.e1.1', '--json')).out) as { last_words: { text: string } };
    expect(json.last_words.text).toContain('OAuth token has expired');
    expect((await runs('show', 'builder.e2.1')).out).toMatch(/suspicion +test\/token-expired, settled at 2/);
  });

  test.each([
    [['--state', 'suspected'], ['e2']],
    [['--category', 'auth'], ['e1']],
    [['--category', 'auth.token_expired', '--subscription', 'team-a'], ['e1']],
    [['--category', 'aut'], []],
    [
      ['--agent', 'builder'],
      ['e1', 'e2'],
    ],
    [['--agent', 'build'], []],
    [['--since', '2026-03-04T05:00Z', '--state', 'ended'], ['e1']],
    [['--since', '2999-01-01T00:00Z', '--state', 'ended'], []],
  ])('lists those that %j wants', async (args, executions) => {
    const rows = (await runs('list', ...args, '--json')).out.split('\n').filter(Boolean);
    expect(rows.map((row) => RunState.parse(JSON.parse(row)).execution).toSorted()).toEqual(executions);
  });

  test('says so when none fits, and refuses a state or a time that is none', async () => {
    expect((await runs('list', '--agent', 'nobody')).out).toBe('none of 2 remembered runs fits\n');
    for (const args of [
      ['--state', 'dead'],
      ['--since', 'soon'],
      ['--category', 'auht'],
    ]) {
      expect((await runs('list', ...args)).code).toBe(2);
    }
  });

  test('with --follow it goes on with each run that changes, until it is interrupted', async () => {
    const KNELL = join(import.meta.dirname, '../../dist/main.cjs');
    const child = spawn(process.execPath, [KNELL, 'runs', 'list', '--agent', 'late', '--follow'], {
      env: { ...process.env, NATS_URL: nats.server.url, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => (await lines.next()).value as string;
    expect(await next()).toBe('none of 2 remembered runs fits');
    const at = formatTime(Date.now());
    const tell = async (execution: string, type: 'started' | 'exited', runtime?: string) => {
      const late = { agent: 'late', execution, attempt: 1 };
      const event = { schema: 'knell.run/v1', type, ...late, at, runtime, code: 0, signal: null };
      await nats.connection.jetstream().publish(subjects.runs(late), JSON.stringify(event));
      await untilAllIsRead(nats.connection);
    };
    await tell('e3', 'started', 'codex');
    await tell('e3', 'exited', 'codex');
    /** What a row has below STATE, RUNTIME, SUBSCRIPTION and STARTED. */
    const cells = (headings: string, row: string) =>
      ['STATE', 'RUNTIME', 'SUBSCRIPTION', 'STARTED'].map(
        (name) => /^\S*/.exec(row.slice(headings.indexOf(name)))?.[0],
      );
    const time = expect.stringMatching(/^20\d\d-/);
    const headings = await next();
    expect(headings).toMatch(/^RUN +STATE +RUNTIME +SUBSCRIPTION +VERDICT +STARTED$/);
    expect(cells(headings, await next())).toEqual(['running', 'codex', '', time]);
    expect(cells(headings, await next())).toEqual(['exited', 'codex', '', time]);
    // Headings come again where a column has to become wider.
    await tell('a-long-one', 'started');
    const wider = await next();
    expect(wider.split(/ +/)).toEqual(headings.split(/ +/));
    expect(cells(wider, await next())).toEqual(['running', '', '', time]);
    // And not where all fit.
    await tell('a-long-one', 'exited');
    expect(cells(wider, await next())).toEqual(['exited', '', '', time]);
    child.kill('SIGINT');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  test('with --follow it says when the server goes away, and can be interrupted then', async () => {
    const KNELL = join(import.meta.dirname, '../../dist/main.cjs');
    const server = await startEmbeddedServer();
    const child = spawn(process.execPath, [KNELL, 'runs', 'list', '--follow', '--nats', server.url], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [out, err] = [child.stdout, child.stderr].map((input) => createInterface({ input })[Symbol.asyncIterator]());
    expect((await out?.next())?.value).toBe('no runs are remembered');
    await server.stop();
    expect((await err?.next())?.value).toBe('knell: the NATS server is away; waiting for it');
    child.kill('SIGINT');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  test('tells of another process under the id of a run that was over, and keeps it out of its story', async () => {
    const used = { agent: 'twice', execution: 'e1', attempt: 1 };
    const tell = (type: string, more: object) =>
      nats.connection
        .jetstream()
        .publish(
          subjects.runs(used),
          JSON.stringify({ schema: 'knell.run/v1', type, ...used, at: formatTime(Date.now()), ...more }),
        );
    const headers = { 'Knell-Runtime': 'claude-code' };
    await tell('started', { pid: 1 });
    await say(nats.connection, used, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)], headers);
    await tell('exited', { code: 1, signal: null });
    await untilAllIsRead(nats.connection);
    // The server's times are in milliseconds.
    for (const end = Date.now() + 2; Date.now() < end; ) await new Promise((resolve) => setImmediate(resolve));
    await tell('started', { pid: 2 });
    await untilAllIsRead(nats.connection);
    await say(nats.connection, used, 'stdout', [claude.init(), claude.succeeds('SECOND')], headers);
    await tell('exited', { code: 0, signal: null });
    await untilAllIsRead(nats.connection);
    const { out } = await runs('show', 'twice.e1.1');
    expect(out).toMatch(/used again +20.* by another process; what it did belongs to no run/);
    expect(out).toMatch(/exited .* code 1$/m);
    expect(out).not.toMatch(/SECOND|succeeded/);
    const both = ['why', 'twice.e1.1', '--json', '--markdown'];
    expect(await runCommand(whyCommand(), both, { NATS_URL: nats.server.url })).toMatchObject({
      code: 2,
      err: expect.stringContaining("'--json' cannot be used with option '--markdown'"),
    });
    const why = await runCommand(whyCommand(), ['why', 'twice.e1.1'], { NATS_URL: nats.server.url });
    expect(why.out).toContain('OAuth token has expired');
    expect(why.out).toContain('another process was started under this run id; what it did belongs to no run');
    expect(why.out).toMatch(/exited with code 1$/m);
    expect(why.out).not.toMatch(/SECOND|reported its result|exited with code 0/);
  });

  test('takes a category or a family of them, and helps where a word is neither', async () => {
    expect((await runs('list', '--category', 'quota')).code).toBe(0);
    expect((await runs('list', '--category', 'auht')).err).toContain('there is no category "auht". Did you mean auth?');
  });

  test.each([
    [['show', 'builder'], '"builder" names no run: write agent.execution.attempt'],
    [['show', 'builder.nobody.1'], 'nothing is known of builder.nobody.1'],
  ])('%j is bad usage, and says what to do', async (args, words) => {
    const said = await runs(...args);
    expect(said.code).toBe(2);
    expect(said.err).toContain(words);
  });
});

describe('knell mode', () => {
  test("is each worker's own until somebody sets it, and tells who did and why", async () => {
    expect((await mode()).out).toContain('each worker runs in the mode it was started with');
    expect((await mode('shadow', '--reason', 'new rules')).out).toMatch(
      /the fleet runs in shadow mode\n {2}new rules \(/,
    );
    expect(JSON.parse((await mode('--json')).out)).toMatchObject({ mode: 'shadow', because: { reason: 'new rules' } });
    expect((await mode('enforce', '--why', 'x')).err).toContain('Here it is called --reason.');
    expect((await mode('enforce')).out).toContain('the fleet runs in enforce mode');
  });

  test('where nothing was set it tells the mode of each worker that runs', async () => {
    const server = await startEmbeddedServer();
    const own = (...args: string[]) => runCommand(modeCommand(), ['mode', ...args], { NATS_URL: server.url });
    expect((await own()).out).toMatch(/^each worker runs .*; none runs now$/m);
    const policy = { ...DEFAULT_POLICY, mode: 'shadow' as const };
    const worker = await startTestService(server.url, rules, policy, { published: { load: {} } });
    expect((await own()).out).toMatch(/^ {2}shadow {2}[0-9a-f]{8} on /m);
    expect(JSON.parse((await own('--json')).out).workers).toMatchObject([{ mode: 'shadow' }]);
    await worker.stop();
    expect((await own('shadow')).out).toContain('no worker runs now: it holds for those that start');
    await server.stop();
  });

  test('refuses to release a rule that is free', async () => {
    const said = await mode('--release', 'test/token-expired');
    expect(said.code).toBe(2);
    expect(said.err).toContain('neither in shadow mode nor in quarantine');
  });
});

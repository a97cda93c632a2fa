import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { killAll, liveProcesses } from '../../support/live-processes.ts';
import { orderFor } from '../../support/recording-link.ts';
import { KNELL, startTap } from '../../support/tap-process.ts';
import { startTapServer, type TapServer } from '../../support/tap-streams.ts';

const STUBBORN = join(import.meta.dirname, '../../agents/stubborn.mjs');
const GRACES = ['--interrupt-grace', '100ms', '--terminate-grace', '100ms'];
/** What is not delivered yet is waited for: a busy machine takes longer than the few seconds that people would. */
const UNHURRIED = ['--flush-timeout', '120s'];
let nats: TapServer;
const work = mkdtempSync(join(tmpdir(), 'knell-tap-agents-'));
writeFileSync(join(work, 'codex'), '#!/bin/sh\necho "Error: stdin is not a terminal" >&2\nexit 1\n', { mode: 0o755 });
afterAll(() => rmSync(work, { recursive: true, force: true }));
const left: number[] = [];
beforeAll(async () => {
  nats = await startTapServer();
});
afterAll(async () => {
  await nats?.stop();
});
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  killAll(left.splice(0));
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A `knell tap` that the test ends with if need be. */
function startAny(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const started = startTap(args, env);
  left.push(started.child.pid as number);
  return started;
}

let executions = 0;
function setUp() {
  const run = { agent: 'agent-1', execution: `x${executions++}`, attempt: 2 };
  const subject = (family: string) => `knell.${family}.agent-1.${run.execution}.2`;
  const args = [
    '--agent',
    run.agent,
    '--execution',
    run.execution,
    '--attempt',
    '2',
    '--nats',
    nats.server.url,
    ...UNHURRIED,
  ];
  const messages = async (family: string) => {
    const all = await nats.stored(`KNELL_${family.toUpperCase()}`);
    return all.filter((message) => message.subject.startsWith(subject(family)));
  };
  const events = async () => (await messages('runs')).map(({ text }) => JSON.parse(text));
  const tap = (options: string[], ...command: string[]) => startAny([...args, ...options, '--', ...command]);
  return { run, args, subject, tap, messages, events };
}

describe('knell tap', () => {
  it('says once what keeps it from starting', async () => {
    const knell = startAny(['--agent', 'a', '--execution', 'e', '--', 'true'], { NATS_URL: '', NATS_CONTEXT: '' });
    expect(await knell.exited).toBe(2);
    expect(knell.stderr().match(/no server to publish to/g)).toHaveLength(1);
  });

  it('tells a person at a terminal whose agent would open its screen that it gets none', () => {
    const env = { ...process.env, PATH: `${work}:${process.env.PATH}` };
    const tapped = `"${process.execPath}" "${KNELL}" tap --local -- codex 'fix the build'`;
    // A real terminal, as util-linux's script makes one.
    const { stdout } = spawnSync('script', ['-qec', tapped, '/dev/null'], { encoding: 'utf8', env, input: '' });
    expect(stdout).toContain('knell tap: the agent gets pipes here and no terminal');
    expect(stdout).toContain('codex exec "…"');
    const { stderr } = spawnSync('sh', ['-c', tapped], { encoding: 'utf8', env, input: '' });
    expect(stderr).not.toContain('no terminal');
  });

  it('publishes what an agent prints and tells of its life, and exits as it did', async () => {
    const { tap, messages, events } = setUp();
    const knell = tap(['--runtime', 'codex', '--timeout-s', '60'], 'sh', '-c', 'echo out; echo err >&2; exit 3');
    expect(await knell.exited).toBe(3);
    expect([knell.stdout(), knell.stderr()]).toEqual(['out\n', 'err\n']);
    const logs = (await messages('logs')).map(({ subject, text, headers }) => [
      subject.split('.').at(-1),
      text,
      headers['Knell-Runtime'],
    ]);
    expect(logs.toSorted()).toEqual([
      ['stderr', 'err', 'codex'],
      ['stdout', 'out', 'codex'],
    ]);
    expect((await events()).map(({ type, attempt, code, timeout_s }) => [type, attempt, code ?? timeout_s])).toEqual([
      ['started', 2, 60],
      ['exited', 2, 3],
    ]);
  });

  it('tells the runtime and the format from the command, and leaves both to what is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'knell-tap-agent-'));
    cleanUps.push(() => rm(folder, { recursive: true, force: true }));
    const claude = join(folder, 'claude');
    await writeFile(claude, '#!/bin/sh\necho out; echo err >&2\n', { mode: 0o755 });
    const told = setUp();
    expect(await told.tap([], 'env', 'A=B', claude, '-p', 'Go', '--output-format', 'stream-json').exited).toBe(0);
    expect((await told.events())[0]).toMatchObject({ runtime: 'claude-code', format: 'structured' });
    const byStream = Object.fromEntries(
      (await told.messages('logs')).map(({ subject, headers }) => [
        subject.split('.').at(-1),
        [headers['Knell-Runtime'], headers['Knell-Format']],
      ]),
    );
    expect(byStream).toEqual({ stdout: ['claude-code', 'structured'], stderr: ['claude-code', undefined] });
    const named = setUp();
    expect(await named.tap(['--runtime', 'codex'], claude, '-p', 'Go').exited).toBe(0);
    const [started] = await named.events();
    expect([started.runtime, started.format]).toEqual(['codex', undefined]);
  });

  it('says with each line what the command may still do where its agent fails, also where the runtime is named', async () => {
    const env = { PATH: `${work}:${process.env.PATH}` };
    for (const [line, goesOn] of [
      ['codex exec Go || codex exec Again', 'commands'],
      ['codex exec Go', undefined],
    ] as const) {
      const { args, messages } = setUp();
      expect(await startAny([...args, '--runtime', 'codex', '--', 'sh', '-c', line], env).exited).toBe(1);
      expect((await messages('logs')).map(({ headers }) => headers['Knell-Goes-On'])).toContain(goesOn);
    }
  });

  it('reads that in a script too, and takes what it is told', async () => {
    const env = { PATH: `${work}:${process.env.PATH}` };
    const script = join(work, 'run.sh');
    writeFileSync(script, '#!/bin/sh\ncodex exec Go || codex exec Again\n', { mode: 0o755 });
    for (const [words, goesOn] of [
      [['--', script], 'commands'],
      [['--', 'sh', '-e', script], 'commands'],
      [['--goes-on', 'turns', '--', script], 'turns'],
    ] as const) {
      const { args, messages, events } = setUp();
      expect(await startAny([...args, ...words], env).exited).toBe(1);
      expect((await messages('logs')).map(({ headers }) => headers['Knell-Goes-On'])).toContain(goesOn);
      expect((await events())[0]).toMatchObject({ type: 'started', goes_on: goesOn });
    }
  });

  it('refuses a runtime that is not known', async () => {
    const knell = setUp().tap(['--runtime', 'cluade'], 'true');
    expect(await knell.exited).toBe(2);
    expect(knell.stderr()).toContain('Did you mean claude?');
  });

  it('ends the whole tree when it is ordered to, answers, publishes the rest, and exits 125', async () => {
    const { run, subject, tap, messages, events } = setUp();
    const knell = tap(['--obey', ...GRACES], process.execPath, STUBBORN);
    await knell.printed('ready');
    const pids = (/^ready (.*)$/m.exec(knell.stdout())?.[1] ?? '').split(' ').map(Number);
    left.push(...pids);
    await nats.nc.jetstream().publish(subject('aborts'), JSON.stringify(orderFor(run)));
    expect(await knell.exited).toBe(125);
    expect([pids.length, liveProcesses(pids)]).toEqual([3, []]);
    expect((await messages('acks')).map(({ text }) => JSON.parse(text))).toEqual([
      expect.objectContaining({
        schema: 'knell.ack/v1',
        ...run,
        command_id: orderFor(run).command_id,
        outcome: 'terminated',
        by: 'tap',
      }),
    ]);
    expect((await events()).at(-1)).toMatchObject({ type: 'exited', code: null, signal: 'SIGKILL' });
    expect((await messages('logs')).map(({ text }) => text).join('\n')).toContain('ready');
    expect(knell.stderr()).toMatch(
      /^knell: ending this run: The subscription token has expired \(abort command .*\)\n$/,
    );
  });

  it('leaves a run alone whose id was used before, and says so: the old command was for the earlier process', async () => {
    const { run, subject, tap, messages } = setUp();
    await nats.nc.jetstream().publish(subject('aborts'), JSON.stringify(orderFor(run)));
    const knell = tap(['--obey', ...GRACES], 'cat');
    await nats.holds('KNELL_RUNS', 1, subject('runs'));
    knell.child.stdin.end('still here\n');
    expect([await knell.exited, knell.stdout(), await messages('acks')]).toEqual([0, 'still here\n', []]);
    expect(knell.stderr()).toMatch(/^knell tap: the run .* was ended by knell before, .* --attempt 3\n$/);
  });

  it('answers, and does nothing else, when a command has expired or is for another attempt', async () => {
    const { run, subject, tap } = setUp();
    const knell = tap(['--obey', ...GRACES], 'cat');
    await nats.holds('KNELL_RUNS', 1, subject('runs'));
    const expired = orderFor(run, { command_id: 'c-old', expires_at: '2020-01-01T00:00:00Z' });
    await nats.nc.jetstream().publish(subject('aborts'), JSON.stringify(expired));
    await nats.holds('KNELL_ACKS', 1, subject('acks'));
    await nats.nc.jetstream().publish(subject('aborts'), JSON.stringify(orderFor({ ...run, attempt: 1 })));
    const answers = await nats.holds('KNELL_ACKS', 2, subject('acks'));
    knell.child.stdin.end('still here\n');
    expect(await knell.exited).toBe(0);
    expect(answers.map((text) => JSON.parse(text).outcome)).toEqual(['expired', 'superseded']);
    expect(knell.stdout()).toBe('still here\n');
  });

  it('takes no orders without --obey', async () => {
    const { run, subject, tap, messages } = setUp();
    await nats.nc.jetstream().publish(subject('aborts'), JSON.stringify(orderFor(run)));
    const knell = tap([], 'cat');
    knell.child.stdin.write('here\n');
    await knell.printed('here');
    knell.child.stdin.end();
    expect([await knell.exited, await messages('acks')]).toEqual([0, []]);
  });

  it('loses nothing while the server is stopped and started again', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'knell-store-'));
    cleanUps.push(() => rm(storeDir, { recursive: true, force: true }));
    const first = await startTapServer({ storeDir });
    cleanUps.push(() => first.stop());
    const knell = startAny(['--agent', 'a', '--execution', 'e', '--nats', first.server.url, ...UNHURRIED, '--', 'cat']);
    let n = 0;
    const print = async (count: number) => {
      for (const end = n + count; n < end; n++) knell.child.stdin.write(`line ${n}\n`);
      await knell.printed(`line ${n - 1}\n`);
    };
    await print(500);
    await first.holds('KNELL_LOGS', 1);
    await first.stop();
    await print(500);
    const second = await startTapServer({ storeDir, port: first.server.port }, []);
    cleanUps.push(() => second.stop());
    await print(500);
    knell.child.stdin.end();
    expect([await knell.exited, knell.stderr()]).toEqual([0, '']);
    const lines = (await second.stored('KNELL_LOGS')).flatMap(({ text }) => text.split('\n'));
    expect(lines).toEqual(Array.from({ length: n }, (_, at) => `line ${at}`));
  });

  it('runs the agent at once without a server, and says at the end what was lost', async () => {
    const knell = startAny([
      '--agent',
      'a',
      '--execution',
      'e',
      '--nats',
      'nats://user:secret@127.0.0.1:1',
      // Long enough for a first refusal on a machine that has much else to do.
      '--flush-timeout',
      '3s',
      '--',
      'echo',
      'hi',
    ]);
    expect(await knell.exited).toBe(0);
    expect(knell.stdout()).toBe('hi\n');
    expect(knell.stderr()).toMatch(
      /^knell tap: .*1 line \(2 bytes\) unsent at the end, 2 run events or acks unsent.*127\.0\.0\.1:1.*\n$/,
    );
    expect(knell.stderr()).not.toContain('secret');
  });

  it('outlives the reader of its standard output', async () => {
    const { tap, messages } = setUp();
    const knell = tap([], 'sh', '-c', 'echo first; read go; echo second; echo third; exit 6');
    await knell.printed('first');
    knell.child.stdout.destroy();
    knell.child.stdin.end('go\n');
    expect(await knell.exited).toBe(6);
    expect((await messages('logs')).flatMap(({ text }) => text.split('\n'))).toEqual(['first', 'second', 'third']);
  });

  it('says that its standard output is full, publishes on, and exits as the agent did', async () => {
    const { args, messages } = setUp();
    const knell = spawnSync(
      'sh',
      [
        ...['-c', 'exec "$0" "$@" > /dev/full', process.execPath, KNELL, 'tap', ...args],
        ...['--', 'sh', '-c', 'echo first; echo second; exit 3'],
      ],
      { encoding: 'utf8' },
    );
    expect(knell.stderr).toMatch(/^knell tap: stdout can't be written \(.*no space left on device.*\n$/);
    expect(knell.status).toBe(3);
    expect((await messages('logs')).flatMap(({ text }) => text.split('\n'))).toEqual(['first', 'second']);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on to the agent', async (signal) => {
    const { tap } = setUp();
    const knell = tap(
      [],
      'sh',
      '-c',
      `trap 'echo "got ${signal}"; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`,
    );
    await knell.printed('ready');
    knell.child.kill(signal);
    expect([await knell.exited, knell.stdout()]).toEqual([9, `ready\ngot ${signal}\n`]);
  });

  it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    ['no agent', ['--execution', 'e', '--', 'true'], {}, /required option '--agent <id>'/],
    [
      'an agent that is no subject token',
      ['--agent', 'a.b', '--execution', 'e', '--', 'true'],
      {},
      /letters, digits, _ and -/,
    ],
    ['attempt 0', ['--agent', 'a', '--execution', 'e', '--attempt', '0', '--', 'true'], {}, /whole number from 1/],
    [
      'no command',
      ['--agent', 'a', '--execution', 'e'],
      {},
      /missing required argument 'command'\. The agent's command stands behind --/,
    ],
    [
      'an agent without -- before it',
      ['--local', 'echo', '-n'],
      {},
      /unknown option '-n'\. The agent's command stands behind --/,
    ],
    ['no server', ['--agent', 'a', '--execution', 'e', '--', 'true'], {}, /--nats nats:\/\/HOST:4222, or set NATS_URL/],
    [
      'a server that is none',
      ['--agent', 'a', '--execution', 'e', '--', 'true'],
      { NATS_URL: 'http://h' },
      /nats:\/\/host:4222/,
    ],
    [
      'a bad prefix',
      ['--agent', 'a', '--execution', 'e', '--', 'true'],
      { NATS_URL: 'h', KNELL_PREFIX: 'a b' },
      /KNELL_PREFIX: use letters/,
    ],
    [
      'a time without a unit',
      ['--agent', 'a', '--execution', 'e', '--flush-timeout', '5', '--', 'true'],
      {},
      /500ms, 5s or 2m/,
    ],
  ])('refuses %s with exit 2 and a word on what to do', async (_, args, env, message) => {
    const knell = startAny(args, env);
    expect(await knell.exited).toBe(2);
    expect(knell.stderr()).toMatch(message);
  });

  it('explains itself', async () => {
    const knell = startAny(['--help']);
    expect(await knell.exited).toBe(0);
    expect(knell.stdout()).toMatch(/Examples:[\s\S]*knell tap --agent[\s\S]*Exit code:[\s\S]*125/);
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemTreeSampler } from '../../../src/tap/process/tree-sample.ts';
import { killAll } from '../../support/live-processes.ts';

/** The first word of a process's command line; empty once it is gone. */
function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0] ?? '';
  } catch {
    return '';
  }
}

it('sees a process, its children and theirs, also those with a session of their own, and no zombies', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true });
    child.stdout.once('data', (data) => console.log(JSON.stringify([child.pid, Number(String(data))])));
  `;
  const root = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [data] = (await once(root.stdout, 'data')) as [Buffer];
  const [shell, sleep] = JSON.parse(data.toString()) as [number, number];
  try {
    const { sample } = systemTreeSampler();
    const seen = sample(root.pid as number);
    expect(seen[0]?.pid).toBe(root.pid);
    expect(seen.map(({ pid }) => pid).sort()).toEqual([root.pid, shell, sleep].sort());
    expect(seen[0]?.cpuMs).toBeGreaterThan(0);
    if (process.platform === 'linux') {
      expect(Math.abs((seen[0]?.startedMs ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(seen.find(({ pid }) => pid === shell)?.pipes).toEqual({
        read: expect.any(Number),
        written: expect.any(Number),
      });
    }
  } finally {
    killAll([sleep, shell, root.pid as number]);
    await once(root, 'close');
  }
  expect(systemTreeSampler().sample(root.pid as number)).toEqual([]);
});

describe.runIf(process.platform === 'linux')('on Linux, where processes leave their parents', () => {
  it.each([
    ['in a session of their own', 'setsid -f cat fifo'],
    ['forked twice, in a session of their own', '(setsid sh -c "cat fifo & exec cat fifo" &)'],
    ['forked twice, in the group of the agent, with another environment', '(env -i cat fifo &)'],
  ])('it sees them: %s', async (_how, command) => {
    const folder = mkdtempSync(join(tmpdir(), 'knell-stray-'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    const marker = `mark-${process.pid}-${command.length}`;
    const { sample } = systemTreeSampler({ marker });
    const options = { cwd: folder, detached: true, env: { ...process.env, KNELL_TAP: marker } };
    const root = spawn('sh', ['-c', `${command}; echo; read _ < fifo`], {
      ...options,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await once(root.stdout as NodeJS.ReadableStream, 'data');
      const wanted = command.includes('&') && command.includes('exec') ? 3 : 2;
      while (sample(root.pid as number).length < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(sample(root.pid as number)[0]?.pid).toBe(root.pid);
      expect(sample(root.pid as number)).toHaveLength(wanted);
    } finally {
      killAll(sample(root.pid as number).map(({ pid }) => pid));
      await once(root, 'close');
      rmSync(folder, { recursive: true, force: true });
    }
    expect(sample(root.pid as number)).toEqual([]);
  });

  it('tells on which of the streams of the agent others may print: not itself, nor the shell around it', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const sleep = (...stdio) => spawn('sleep', ['60'], { stdio });
      const server = sleep('pipe', 'pipe', 'inherit');
      const apart = sleep('pipe', 'pipe', 'pipe');
      const background = sleep('ignore', 'inherit', 'inherit');
      const hook = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 60_000)'], { stdio: 'inherit' });
      const wrapper = spawn('sh', ['-c', '"$0" "$@"; :', 'sh', '-c', 'sleep 60; claude -p hello'], { stdio: 'inherit' });
      console.log(JSON.stringify([server, apart, background, hook, wrapper].map(({ pid }) => pid)));
    `;
    const root = spawn(process.execPath, ['-e', script], { stdio: 'pipe' });
    const { sample } = systemTreeSampler();
    const look = () => sample(root.pid as number);
    try {
      const [data] = (await once(root.stdout, 'data')) as [Buffer];
      const [server, apart, background, hook, wrapper] = JSON.parse(data.toString()) as number[];
      // The last of them is the `sleep` of the shell that is the agent: a copy of that shell until it is its own program.
      const sleeps = () => look().filter(({ pid }) => programOf(pid) === 'sleep').length;
      while (look().length < 8 || sleeps() < 4) await new Promise((resolve) => setTimeout(resolve, 5));
      // What earlier looks took for something else is nothing to this one.
      const seen = systemTreeSampler().sample(root.pid as number);
      const prints = (pid?: number) => seen.find((one) => one.pid === pid)?.prints;
      const both = ['stdout', 'stderr'];
      expect([root.pid, server, apart, background, hook, wrapper].map(prints)).toEqual([
        undefined,
        ['stderr'],
        undefined,
        both,
        both,
        undefined,
      ]);
      expect(seen.filter((one) => one.prints).length).toBe(4);
    } finally {
      killAll(look().map(({ pid }) => pid));
      await once(root, 'close');
    }
  });

  it("knows a server of the agent's own program: it waits for connections, apart from the agent, which has started it", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'knell-own-'));
    symlinkSync(process.execPath, join(folder, 'claude'));
    // Each says by a file of its name that it is there.
    const script = `
      const { spawn } = require('node:child_process');
      const log = require('node:fs').openSync('log', 'a');
      const waits = "setInterval(() => undefined, 60_000); require('node:fs').writeFileSync(process.argv[1], '')";
      const serves = (at) => "require('node:net').createServer().listen(" + at + ', () => { ' + waits + ' })';
      const start = (name, code, stdio, { program = './claude', detached = true } = {}) =>
        [name, spawn(program, ['-e', code, name], { detached, stdio }).pid];
      const ofShell = 'setsid ./claude -e "$0" "$1" & wait';
      const shell = spawn('sh', ['-c', ofShell, serves('0'), 'is of a shell'], { detached: true, stdio: ['ignore', log, log] });
      console.log(JSON.stringify(Object.fromEntries([
        start('tcp', serves("0, '127.0.0.1'"), ['ignore', log, log]),
        start('local', serves("'./socket'"), 'ignore'),
        start('waits for nobody', waits, ['ignore', log, log]),
        start('has pipes', serves('0'), ['pipe', 'pipe', log]),
        start('has its streams', serves('0'), ['ignore', 'inherit', log]),
        start('has its session', serves('0'), ['ignore', log, log], { detached: false }),
        start('is another program', serves('0'), ['ignore', log, log], { program: process.env.OTHER }),
        ['is of a shell', shell.pid],
      ])));
      setInterval(() => undefined, 60_000);
    `;
    const root = spawn('./claude', ['-e', script], {
      cwd: folder,
      env: { ...process.env, OTHER: process.execPath },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { sample } = systemTreeSampler();
    const look = () => sample(root.pid as number);
    try {
      const [data] = (await once(root.stdout, 'data')) as [Buffer];
      const pids = JSON.parse(data.toString()) as Record<string, number>;
      const names = Object.keys(pids);
      while (!names.every((name) => existsSync(join(folder, name)))) await new Promise((done) => setTimeout(done, 5));
      const servers = look().filter(({ isOwnServer }) => isOwnServer);
      const nameOfPid = (pid: number) => names.find((name) => pids[name] === pid);
      expect(servers.map(({ pid }) => nameOfPid(pid)).sort()).toEqual(['local', 'tcp']);
    } finally {
      killAll(look().map(({ pid }) => pid));
      await once(root, 'close');
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('finds the agent in a pipeline below the shell, who passes its words on, and who else writes into its pipes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'knell-pipeline-'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    symlinkSync('/bin/sh', join(folder, 'claude'));
    const waits = 'cat fifo; :';
    const nested = `./claude -c 'cat fifo; :' | cat`;
    const agent = `./claude -c "sleep 60 & ${nested}; :" 2>&1`;
    const line = `(${waits}) > apart & echo prompt | ${agent} | sed -u s/x/x/ | while read -r l; do ${waits}; done`;
    const root = spawn('sh', ['-c', line], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const { sample } = systemTreeSampler();
    const look = () => {
      return sample(root.pid as number).map((one) => {
        const name = nameOf(one.pid);
        const { isAgent = false, passesOn = false, prints = [] } = one;
        return [name, { isAgent, passesOn, prints }] as const;
      });
    };
    const is = (over: object = {}) => ({ isAgent: false, passesOn: false, prints: [], ...over });
    try {
      let seen = look();
      // The shell, what waits in the background (2), the agent and its four, and the two behind it.
      const isThere = () => seen.length === 10 && seen.some(([, { passesOn }]) => passesOn);
      while (!isThere() || seen.filter(([name]) => name === 'cat').length < 3) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen = look();
      }
      const named = (name: string) => seen.filter((one) => one[0] === name).map(([, one]) => one);
      const both = ['stdout', 'stderr'];
      expect(named('./claude')).toContainEqual(is({ isAgent: true }));
      expect(named('./claude').filter(({ isAgent }) => isAgent)).toHaveLength(1);
      expect(named('sed')).toEqual([is({ passesOn: true })]);
      expect(named('sh').filter(({ passesOn }) => passesOn)).toHaveLength(1);
      expect(named('sleep')).toEqual([is({ prints: both })]);
    } finally {
      killAll(sample(root.pid as number).map(({ pid }) => pid));
      await once(root, 'close');
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('knows that a process is stopped', async () => {
    const root = spawn('sh', ['-c', 'kill -STOP $$; read _'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const { sample } = systemTreeSampler();
    const isStopped = () => sample(root.pid as number)[0]?.isStopped ?? false;
    try {
      while (!isStopped()) await new Promise((resolve) => setTimeout(resolve, 5));
      process.kill(root.pid as number, 'SIGCONT');
      while (isStopped()) await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      killAll([root.pid as number]);
      await once(root, 'close');
    }
  });

  it('knows that a child has ended, however short it lived', async () => {
    const script = 'read _; true | cat; echo; read _';
    const root = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const { sample, endedOf } = systemTreeSampler();
    const pid = root.pid as number;
    try {
      const before = sample(pid)[0]?.ended as number;
      root.stdin.write('\n');
      await once(root.stdout, 'data');
      expect(sample(pid)[0]?.ended).toBeGreaterThan(before);
      expect(endedOf?.(pid)).toBe(sample(pid)[0]?.ended);
    } finally {
      killAll([pid]);
      await once(root, 'close');
    }
  });
});

it.runIf(process.platform === 'linux')(
  'tells the agent, behind a wrapper or started once more, from its tools and servers',
  async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const sleep = 'setTimeout(() => undefined, 60_000)';
      const again = spawn(process.execPath, ['-e', sleep], { stdio: 'inherit' });
      const tool = spawn('sleep', ['60'], { stdio: 'inherit' });
      const piped = spawn('sleep', ['60'], { stdio: ['ignore', 'pipe', 'pipe'] });
      const named = spawn('sh', ['-c', 'sleep 60; claude -p hello'], { stdio: 'inherit' });
      const apart = spawn(process.execPath, ['-e', sleep], { stdio: 'inherit', detached: true });
      console.log(JSON.stringify([again, tool, piped, named, apart].map(({ pid }) => pid)));
    `;
    const root = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [data] = (await once(root.stdout, 'data')) as [Buffer];
    const pids = JSON.parse(data.toString()) as number[];
    const seen = systemTreeSampler().sample(root.pid as number);
    try {
      const isAgent = (pid: number) => seen.find((one) => one.pid === pid)?.isAgent ?? false;
      expect([root.pid as number, ...pids].map(isAgent)).toEqual([true, true, false, false, true, false]);
    } finally {
      killAll([...seen.map(({ pid }) => pid), ...pids, root.pid as number]);
      await once(root, 'close');
    }
  },
);

/** The name of the program that a process runs; empty where it has gone. */
function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

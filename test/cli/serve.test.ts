import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { KNELL } from '../support/tap-process.ts';

const running: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** `knell serve --embedded`, with a temporary folder of its own. */
const serve = (...args: string[]) => start('--embedded', ...args);

/** `knell serve`, with a temporary folder of its own. */
function start(...args: string[]) {
  const { NATS_URL: _, ...env } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'knell-serve-'));
  folders.push(folder);
  const child = spawn(process.execPath, [KNELL, 'serve', ...args], {
    env: { ...env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  const told = new EventEmitter();
  child.once('close', () => told.emit('more'));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      told.emit('more');
    });
  }
  return {
    child,
    closed,
    said: () => said,
    async says(text: string): Promise<void> {
      while (!said.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended:\n${said}`);
        await once(told, 'more');
      }
    },
    folder,
    left: () => readdirSync(folder),
  };
}

test('Ctrl-C that comes twice, as npm passes it on, does not cut its end off', async () => {
  const service = serve();
  await service.says('knell is up');
  for (let times = 0; times < 2; times += 1) service.child.kill('SIGINT');
  expect(await service.closed).toEqual([0, null]);
  expect(service.said()).toContain('"stopped"');
  expect(service.left()).toEqual([]);
});

test('nor does the end of the terminal that Ctrl-C brings about', async () => {
  const service = serve();
  await service.says('knell is up');
  service.child.kill('SIGINT');
  await service.says('"stopping"');
  service.child.kill('SIGHUP');
  expect(await service.closed).toEqual([0, null]);
  expect(service.said()).toContain('"stopped"');
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s while it waits for a server that is away is a clean end',
  async (signal) => {
    const service = start('--nats', 'nats://127.0.0.1:1', '--http', '127.0.0.1:0');
    await service.says('not connected yet');
    service.child.kill(signal);
    expect(await service.closed).toEqual([0, null]);
    expect(service.said()).toContain('"stopped"');
  },
);

test('so is one while a server that says nothing has the connection, and it waits for no word of it', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const service = start('--nats', `nats://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  const [socket] = (await once(silent, 'connection')) as [Socket];
  service.child.kill('SIGTERM');
  expect(await service.closed).toEqual([0, null]);
  expect(service.said()).toContain('"stopped"');
  expect(service.said()).not.toContain('not connected yet');
  socket.destroy();
  silent.close();
});

test.each([
  ['has made its folder', (folder: string) => appears(folder, /^knell-nats-\w+$/)],
  ['has its port', (folder: string) => appears(folder, /\.ports$/)],
  ['listens', undefined],
] as const)('SIGTERM when the private server %s leaves neither that nor its folder behind', async (_, made) => {
  const service = serve();
  await (made?.(service.folder) ?? service.says('started a private nats-server'));
  service.child.kill('SIGTERM');
  expect(await service.closed).toEqual([0, null]);
  expect(service.said()).toContain('"stopped"');
  expect(service.left()).toEqual([]);
  const { stdout } = spawnSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
  expect(stdout.split('\n').filter((args) => args.includes(service.folder))).toEqual([]);
});

/** The processes under another one, each with its command. */
function under(parent: number | undefined): { pid: number; command: string }[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(parent)], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => ({ pid: Number.parseInt(row, 10), command: row.replace(/^ *\d+ +/, '') }));
}

/** The private server of a service, and its guard. */
function ownServer({ child }: { child: ChildProcess }): { guard: number; server: number } {
  const guard = under(child.pid)[0]?.pid as number;
  return { guard, server: under(guard).find(({ command }) => command.startsWith('nats-server'))?.pid as number };
}

test.each(['server', 'guard'] as const)(
  'where the private server goes (its %s dies), the service says so and ends',
  async (which) => {
    const service = serve();
    await service.says('knell is up');
    process.kill(ownServer(service)[which], 'SIGKILL');
    expect(await service.closed).toEqual([3, null]);
    expect(
      service
        .said()
        .split('\n')
        .filter((line) => line.includes('the private nats-server has ended')),
    ).toHaveLength(1);
    expect(service.left()).toEqual([]);
  },
);

test('SIGTERM while the private server is frozen ends both', async () => {
  const service = serve();
  await service.says('knell is up');
  process.kill(ownServer(service).server, 'SIGSTOP');
  service.child.kill('SIGTERM');
  expect(await service.closed).toEqual([0, null]);
  expect(service.left()).toEqual([]);
});

test('once it has said that it is stopped, it ends, whatever is still open', async () => {
  process.env.NODE_OPTIONS = '--import=data:text/javascript,setInterval(()=>undefined,2**30)';
  const service = serve();
  delete process.env.NODE_OPTIONS;
  await service.says('knell is up');
  service.child.kill('SIGTERM');
  expect(await service.closed).toEqual([0, null]);
  expect(service.said()).toContain('"stopped"');
});

/** Settles when a file or folder of such a name stands in the folder, or in one of it. */
async function appears(folder: string, name: RegExp): Promise<void> {
  const isThere = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) => name.test(path));
  await expect.poll(isThere, { interval: 1, timeout: 60_000 }).toBe(true);
}

test('with --next-port the page is at the next port that is free, and the lines to paste say where', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = serve('--http', `127.0.0.1:${port}`);
  expect((await taken.closed)[0]).toBe(2);
  const service = serve('--http', `127.0.0.1:${port}`, '--next-port');
  await service.says('knell is up');
  const at = Number(/The page is at http:\/\/127\.0\.0\.1:(\d+)\./.exec(service.said())?.[1]);
  expect(at).toBeGreaterThan(port);
  expect((await fetch(`http://127.0.0.1:${at}/healthz`)).status).toBe(200);
  service.child.kill('SIGTERM');
  expect(await service.closed).toEqual([0, null]);
  other.close();
});

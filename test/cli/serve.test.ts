import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
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
function serve(...args: string[]) {
  const { NATS_URL: _, ...env } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'knell-serve-'));
  folders.push(folder);
  const child = spawn(process.execPath, [KNELL, 'serve', '--embedded', ...args], {
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

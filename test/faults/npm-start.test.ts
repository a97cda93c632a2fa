import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { afterEach, expect, test } from 'vitest';
import { openTerminal } from '../support/terminal.ts';

const ROOT = join(import.meta.dirname, '../..');
let end: () => void = () => undefined;
afterEach(() => end());

/** `npm start` with a private server, as a newcomer runs it; settles when it listens. */
async function npmStart(environment: NodeJS.ProcessEnv = {}) {
  const { NATS_URL: _, ...own } = process.env;
  const env = { ...own, ...environment };
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  end = () => {
    if (npm.exitCode === null && npm.signalCode === null) process.kill(-(npm.pid as number), 'SIGKILL');
  };
  let said = '';
  const closed = once(npm, 'close');
  const listening = new Promise<void>((resolve, reject) => {
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('knell is up') && said.includes('Ctrl-C ends')) resolve();
      });
    }
    void closed.then(() => reject(new Error(`npm start ended:\n${said}`)));
  });
  await listening;
  const url = /nats:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  return { npm, url, said: () => said, closed };
}

async function listens(url: string): Promise<boolean> {
  return connect({ servers: url, timeout: 2_000, reconnect: false }).then(
    async (connection) => {
      await connection.close();
      return true;
    },
    () => false,
  );
}

test('SIGTERM to npm start ends the service and its nats-server', async () => {
  const { npm, url, said, closed } = await npmStart();
  expect(await listens(url)).toBe(true);
  npm.kill('SIGTERM');
  // Closed: nothing holds its output any more, so the service is gone too.
  await closed;
  expect(said()).toContain('stopped');
  await expect.poll(() => listens(url)).toBe(false);
});

test('KNELL_HTTP says where the page is; without it, it is at port 8322 or the next one that is free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  other.close();
  await once(other, 'close');
  const first = await npmStart({ KNELL_HTTP: `127.0.0.1:${port}` });
  expect(first.said()).toContain(`The page is at http://127.0.0.1:${port}.`);
  first.npm.kill('SIGTERM');
  await first.closed;
  // Free or not on this machine: with this it is taken.
  const holder = createServer().listen(8322, '127.0.0.1');
  await Promise.race([once(holder, 'listening'), once(holder, 'error')]);
  const second = await npmStart({ KNELL_HTTP: '' });
  expect(second.said()).toMatch(/The page is at http:\/\/127\.0\.0\.1:83(?:2[3-9]|[34]\d)\./);
  second.npm.kill('SIGTERM');
  await second.closed;
  holder.close();
});

test('Ctrl-C in a terminal whose session npm leads leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'knell-start-'));
  const { NATS_URL: _, ...env } = process.env;
  const terminal = openTerminal('npm', ['--prefix', ROOT, 'start'], {
    ...env,
    TMPDIR: folder,
    KNELL_HTTP: '127.0.0.1:0',
  });
  end = () => terminal.end();
  await terminal.sees('knell is up');
  terminal.type('\u0003');
  await terminal.exited;
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

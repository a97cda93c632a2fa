import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'nats';
import { afterEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
let end: () => void = () => undefined;
afterEach(() => end());

/** `npm start` with a private server, as a newcomer runs it; settles when it listens. Its HTTP port is the script's own. */
async function npmStart() {
  const { NATS_URL: _, ...env } = process.env;
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
        if (said.includes('knell is listening')) resolve();
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

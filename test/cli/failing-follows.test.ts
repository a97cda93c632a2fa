import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';

const KNELL = join(import.meta.dirname, '../../dist/main.cjs');
const CONFIG = `
accounts {
  OPEN: { jetstream: enabled, users: [{ user: weak, password: pw, permissions: { publish: "none", subscribe: "_INBOX.>" } }] }
  BARE: { users: [{ user: bare, password: pw }] }
}`;
let servers: { readonly without: ConfiguredServer; readonly strict: ConfiguredServer };

beforeAll(async () => {
  const [without, strict] = await Promise.all([startConfiguredServer('', {}, false), startConfiguredServer(CONFIG)]);
  servers = { without, strict };
});
afterAll(() => Promise.all([servers.without.stop(), servers.strict.stop()]));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const COMMANDS = [['watch'], ['runs', 'list', '--follow']];
const FAULTS = [
  ['a server without JetStream', () => `nats://127.0.0.1:${servers.without.port}`, 'has no JetStream'],
  ['an account without JetStream', () => `nats://bare:pw@127.0.0.1:${servers.strict.port}`, 'has no JetStream'],
  ['a login without rights', () => `nats://weak:pw@127.0.0.1:${servers.strict.port}`, 'does not allow this login'],
] as const;

test.each(COMMANDS.flatMap((command) => FAULTS.map(([where, url, words]) => ({ command, where, url, words }))))(
  '$command on $where says why in one line and exits',
  async ({ command, url, words }) => {
    const child = spawn(process.execPath, [KNELL, ...command, '--nats', url()], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 3, out: '', lines: 1 });
    expect(err).toContain(words);
  },
);

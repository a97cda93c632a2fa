import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams, openRules } from '../../src/nats/ensure-streams.ts';
import { type NatsProxy, startNatsProxy } from '../support/nats-proxy.ts';
import { subjects } from '../support/service.ts';

/*
 * The server goes away, or freezes, in the middle of a command: it says so in one line with the place, and exits 3. The
 * fault comes with the command's own request; what follows is up to real processes.
 */

const KNELL = join(import.meta.dirname, '../../dist/main.cjs');
let server: EmbeddedServer;
let proxy: NatsProxy;
let child: ChildProcess | undefined;
/** Which request brings the fault, and what that does. */
let fault: { readonly at: string; readonly strike: () => void } | undefined;

async function start() {
  server = await startEmbeddedServer();
  const connection = await connect({ servers: server.url });
  await ensureStreams(connection, subjects);
  await openRules(connection);
  await connection.close();
  proxy = await startNatsProxy(server.port, {
    fromClient(frame, way) {
      if (fault && frame.words[0]?.startsWith(fault.at)) fault.strike();
      way.onward(frame);
    },
  });
}
async function stop() {
  await proxy.stop();
  await server.stop('kill');
}
beforeAll(start);
afterAll(stop);
afterEach(() => void child?.kill('SIGKILL'));

const COMMANDS = [
  ['mode shadow', '$KV.knell_fleet.mode'],
  ['runs list', '$JS.API.CONSUMER.CREATE.'],
  ['why a.e.1', '$JS.API.STREAM.MSG.GET.'],
  ['dead list', '$JS.API.STREAM.INFO.'],
  ['rules status', '$JS.API.STREAM.MSG.GET.'],
] as const;

async function run(line: string, at: string, strike: () => void) {
  fault = { at, strike };
  child = spawn(process.execPath, [KNELL, ...line.split(' '), '--nats', proxy.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream & AsyncIterable<Buffer>),
    text(child.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>),
    once(child, 'exit'),
  ]);
  fault = undefined;
  return { code, out, err };
}

const where = () => proxy.url.replace('nats://', '');

test.each(COMMANDS)('%s, where the server freezes', async (line, at) => {
  const { code, out, err } = await run(line, at, () => process.kill(server.pid, 'SIGSTOP'));
  process.kill(server.pid, 'SIGCONT');
  expect({ code, out, err }).toEqual({ code: 3, out: '', err: expect.stringMatching(/^knell: [^\n]*\n$/) });
  expect(err).toContain(`the NATS server at ${where()} went away, or answers no more`);
});

test.each(COMMANDS.slice(0, 2))('%s, where the server is killed', async (line, at) => {
  const { code, out, err } = await run(line, at, () => process.kill(server.pid, 'SIGKILL'));
  await stop();
  await start();
  expect({ code, out, err }).toEqual({ code: 3, out: '', err: expect.stringMatching(/^knell: [^\n]*\n$/) });
  expect(err).toContain('went away, or answers no more');
});

test('the doctor looks at nothing more where the server freezes, and exits 3', async () => {
  const { code, out } = await run('doctor --json', '$JS.API.STREAM.INFO.', () => process.kill(server.pid, 'SIGSTOP'));
  process.kill(server.pid, 'SIGCONT');
  expect(code).toBe(3);
  const rows = out
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));
  expect(rows.filter(({ level }) => level === 'failed')).toEqual([
    { check: expect.any(String), level: 'failed', message: expect.stringContaining('answers no more') },
  ]);
});

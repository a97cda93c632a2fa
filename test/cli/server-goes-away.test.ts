import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'nats';
import { expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams, openRules } from '../../src/nats/ensure-streams.ts';
import { startNatsProxy } from '../support/nats-proxy.ts';
import { subjects } from '../support/service.ts';

/*
 * The server goes away, or freezes, in the middle of a command: it says so in one line with the place, and exits 3. The
 * fault comes with the command's own request; what follows is up to real processes. Each case waits for most of its time,
 * so they run side by side, on a server of their own each.
 */

const KNELL = join(import.meta.dirname, '../../dist/main.cjs');

const COMMANDS = [
  ['mode shadow', '$KV.knell_fleet.mode'],
  ['runs list', '$JS.API.CONSUMER.CREATE.'],
  ['why a.e.1', '$JS.API.STREAM.MSG.GET.'],
  ['dead list', '$JS.API.STREAM.INFO.'],
  ['rules status', '$JS.API.STREAM.MSG.GET.'],
] as const;

/** Sends the signal, and returns when it has taken effect on each thread: one of them may answer a request more. */
function stop(pid: number, signal: 'SIGSTOP' | 'SIGKILL') {
  process.kill(pid, signal);
  while (threadStates(pid).some((state) => !'TZX'.includes(state)));
}

function threadStates(pid: number): string[] {
  // Once it is reaped it has none.
  const threads = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  return threads.flatMap((thread) => {
    try {
      return /^\d+ \(.*\) (.)/s.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))?.[1] ?? [];
    } catch {
      return []; // It has just ended.
    }
  });
}

/** Runs a command; with its first request that begins so, its server gets the signal. `where`: the place it was given. */
async function run(line: string, at: string, signal: 'SIGSTOP' | 'SIGKILL') {
  const server = await startEmbeddedServer();
  const connection = await connect({ servers: server.url });
  await ensureStreams(connection, subjects);
  await openRules(connection);
  await connection.close();
  const proxy = await startNatsProxy(server.port, {
    fromClient(frame, way) {
      if (frame.words[0]?.startsWith(at)) stop(server.pid, signal);
      way.onward(frame);
    },
  });
  const child = spawn(process.execPath, [KNELL, ...line.split(' '), '--nats', proxy.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { code, out, err, where: proxy.url.replace('nats://', '') };
  } finally {
    child.kill('SIGKILL');
    await proxy.stop();
    await server.stop('kill');
  }
}

test.concurrent.each(COMMANDS)('%s, where the server freezes', async (line, at) => {
  const { code, out, err, where } = await run(line, at, 'SIGSTOP');
  expect({ code, out, err }).toEqual({ code: 3, out: '', err: expect.stringMatching(/^knell: [^\n]*\n$/) });
  expect(err).toContain(`the NATS server at ${where} went away, or answers no more`);
});

test.concurrent.each(COMMANDS.slice(0, 2))('%s, where the server is killed', async (line, at) => {
  const { code, out, err } = await run(line, at, 'SIGKILL');
  expect({ code, out, err }).toEqual({ code: 3, out: '', err: expect.stringMatching(/^knell: [^\n]*\n$/) });
  expect(err).toContain('went away, or answers no more');
});

test.concurrent('the doctor looks at nothing more where the server freezes, and exits 3', async () => {
  const { code, out } = await run('doctor --json', '$JS.API.STREAM.INFO.', 'SIGSTOP');
  expect(code).toBe(3);
  const rows = out
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));
  expect(rows.filter(({ level }) => level === 'failed')).toEqual([
    { check: expect.any(String), level: 'failed', message: expect.stringContaining('answers no more') },
  ]);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { abortCommand, failureRecord } from '../../support/messages.ts';
import { useNatsServer } from '../../support/nats.ts';
import { subjects } from '../../support/service.ts';

const KNELL = join(import.meta.dirname, '../../../dist/main.cjs');
const nats = useNatsServer();
const run = { agent: 'builder', execution: 'e1', attempt: 1 };
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** `knell watch` as a process: its lines as they come, and its end. */
function watch(...args: string[]) {
  const child = spawn(process.execPath, [KNELL, 'watch', ...args], {
    env: { ...process.env, NATS_URL: nats.server.url, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  running.push(child);
  return {
    child,
    next: async () => (await lines.next()).value as string,
    says: async () => (await said.next()).value as string,
    async interrupt() {
      child.kill('SIGINT');
      return (await once(child, 'exit'))[0] as number;
    },
  };
}

const publish = (subject: string, message: object) =>
  nats.connection.jetstream().publish(subject, JSON.stringify(message));
const notice = {
  schema: 'knell.notice/v1',
  kind: 'drift',
  at: '2026-11-28T12:00:00.000Z',
  message: 'Something unknown.',
};

test('before any worker has run it waits, and then shows what comes, until Ctrl-C', async () => {
  const watching = watch('notices');
  expect(await watching.says()).toBe('knell: there is no KNELL_NOTICES yet; waiting for a worker (knell serve)');
  await ensureStreams(nats.connection, subjects);
  // What is published before it has found the stream is not its own: it is published until it shows.
  let shown = false;
  const first = watching.next().finally(() => {
    shown = true;
  });
  while (!shown) await publish(subjects.notices('drift', 'x'), notice);
  expect(await first).toMatch(/^\d\d:\d\d:\d\d {2}notice {3}drift {2}Something unknown\.$/);
  expect(await watching.interrupt()).toBe(0);
});

test('begins in the past where it is told so, and shows only what is wanted, as it went over the wire', async () => {
  const other = { ...run, agent: 'other' };
  await publish(subjects.aborts(other), abortCommand(other));
  await publish(subjects.aborts(run), abortCommand(run));
  await publish(subjects.aborts({ ...run, attempt: 2 }), { nonsense: true });
  const watching = watch('aborts', '--since', '1h', '--agent', 'builder', '--category', 'auth', '--json');
  expect(JSON.parse(await watching.next())).toEqual(abortCommand(run));
  const next = { ...run, execution: 'e2' };
  await publish(subjects.aborts(next), abortCommand(next));
  expect(JSON.parse(await watching.next())).toMatchObject(next);
  expect(await watching.interrupt()).toBe(0);
});

test('says whose word a record is that a candidate would have ended a run by', async () => {
  const candidate = { digest: 'a'.repeat(64), ended: 'succeeded', ended_at: '2026-11-28T12:00:00.000Z' } as const;
  const record = failureRecord(run, { disposition: 'would_abort', mode: 'shadow', candidate });
  await publish(subjects.failures(record.category, run), record);
  const watching = watch('failures', '--since', '1h');
  expect(await watching.next()).toContain(`builder.e1.1  ${record.category}, would_abort by a candidate  `);
  expect(await watching.interrupt()).toBe(0);
});

test('shows a record again only where a later version says something else', async () => {
  const about = { ...run, execution: 'e5' };
  const record = failureRecord(about, {});
  const reason = 'the run got over it';
  const versions = [
    record,
    { ...record, timings: { ack_to_exit_ms: 12 } },
    { ...record, disposition: 'suppressed', reason },
  ];
  for (const version of versions) await publish(subjects.failures(record.category, about), version);
  const watching = watch('failures', '--since', '1h', '--agent', about.agent);
  let line = await watching.next();
  while (!line.includes('builder.e5.1')) line = await watching.next();
  expect(line).toContain(`${record.category}, ${record.disposition}  `);
  expect(await watching.next()).toContain(`builder.e5.1  ${record.category}, suppressed (${reason})  `);
  expect(await watching.interrupt()).toBe(0);
  // As they went over the wire, all of them.
  const rows = watch('failures', '--since', '1h', '--json');
  const seen: string[] = [];
  while (seen.length < versions.length) {
    const row = JSON.parse(await rows.next());
    if (row.execution === 'e5') seen.push(row.disposition);
  }
  expect(seen).toEqual([record.disposition, record.disposition, 'suppressed']);
  expect(await rows.interrupt()).toBe(0);
});

test('a kind that is none is bad usage, and so is a time that is none', async () => {
  for (const args of [['nothing'], ['--since', 'yesterday']]) {
    expect((await once(watch(...args).child, 'exit'))[0]).toBe(2);
  }
});

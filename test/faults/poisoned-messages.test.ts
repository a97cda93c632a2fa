import { gzipSync } from 'node:zlib';
import { headers } from 'nats';
import { expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { untilIdle } from '../chaos/tally.ts';
import { claude } from '../support/claude-lines.ts';
import { say, subjects } from '../support/service.ts';
import { useFaultyWorld } from './faulty-world.ts';

interface Poison {
  readonly subject: string;
  readonly data: string | Uint8Array;
  readonly head?: Readonly<Record<string, string>>;
}

const log = (kind: string) => `knell.logs.poison.${kind}.1.stdout`;
const life = (kind: string) => `knell.runs.poison.${kind}.1`;
const event = (kind: string, more: object) =>
  JSON.stringify({ schema: 'knell.run/v1', agent: 'poison', execution: kind, attempt: 1, ...more });
const at = '2026-11-28T12:00:00.000Z';
const typed = { 'Knell-Runtime': 'claude-code' };

/** Messages that no healthy publisher sends, by what is wrong with them. */
const POISONS: Readonly<Record<string, Poison>> = {
  empty: { subject: log('empty'), data: '' },
  zeros: { subject: log('zeros'), data: new Uint8Array(10_000) },
  'not UTF-8': {
    subject: log('bytes'),
    data: Uint8Array.from({ length: 5_000 }, (_, n) => 128 + (n % 128)),
    head: typed,
  },
  'one line of a megabyte less its headers': { subject: log('long'), data: 'x'.repeat(1_000_000), head: typed },
  'ten thousand levels of JSON': { subject: log('deep'), data: '['.repeat(10_000), head: typed },
  'half an event': {
    subject: log('half'),
    data: claude.fails('OAuth token has expired', 401).slice(0, 40),
    head: typed,
  },
  'a codec that nobody knows': { subject: log('codec'), data: 'x', head: { 'Knell-Codec': 'rot13' } },
  'Fluent rows that are none': { subject: log('fluent'), data: '{"log":', head: { 'Knell-Codec': 'fluent' } },
  'a time that no calendar has': {
    subject: log('time'),
    data: `[[1e308,{"tag":"${log('time')}","log":"x"}]]`,
    head: { 'Knell-Codec': 'fluent' },
  },
  'compressed where plain is expected': { subject: log('gzip'), data: gzipSync('x'.repeat(100_000)), head: typed },
  'a line number that is none': { subject: log('number'), data: 'x', head: { ...typed, 'Knell-Line': '-1e99' } },
  'a publisher time that is none': { subject: log('when'), data: 'x', head: { ...typed, 'Knell-Time': 'yesterday' } },
  'a runtime that nobody knows': { subject: log('runtime'), data: 'x', head: { 'Knell-Runtime': '../../etc/passwd' } },
  'the keys of every object': {
    subject: log('proto'),
    data: '{"type":"result","__proto__":{"is_error":true},"constructor":{"prototype":1},"is_error":true}',
    head: typed,
  },
  'a subject with too few words': { subject: 'knell.logs.poison', data: 'x' },
  'a life that is no JSON': { subject: life('no-json'), data: '{' },
  'a life of another run': { subject: life('other'), data: event('another', { type: 'exited', at, code: 0 }) },
  'an exit code of 1e400': {
    subject: life('code'),
    data: event('code', { type: 'exited', at, code: 7 }).replace('7}', '1e400}'),
  },
  'a start in the year 300000': {
    subject: life('year'),
    data: event('year', { type: 'started', at: '+300000-01-01T00:00:00.000Z', runtime: 'claude-code' }),
  },
  'a process tree of NaN': {
    subject: life('tree'),
    data: event('tree', { type: 'heartbeat', at, tree: { processes: null, cpu_ms: -1, tools: 1e99, idle_ms: 'x' } }),
  },
  'an ack of no command': { subject: 'knell.acks.poison.ack.1', data: '{"schema":"knell.ack/v1","result":"ended"}' },
  'a record that is none': { subject: 'knell.failures.auth.x.poison.record.1', data: '[]' },
};

const world = useFaultyWorld();

/** How many commands stand on which subject. */
async function commands(): Promise<unknown> {
  const manager = await world.connection.jetstreamManager();
  return (await manager.streams.info('KNELL_ABORTS', { subjects_filter: '>' })).state.subjects;
}

test('messages of twenty kinds that can not be handled hold up no other', { timeout: 400_000 }, async () => {
  await ensureStreams(world.connection, subjects);
  const worker = await world.startWorker();
  const jetstream = world.connection.jetstream();
  for (const { subject, data, head = {} } of Object.values(POISONS)) {
    const withHead = headers();
    for (const [name, value] of Object.entries(head)) withHead.set(name, value);
    await jetstream.publish(subject, data, { headers: withHead });
  }
  const startMs = performance.now();
  const run: Run = { agent: 'healthy', execution: 'control', attempt: 1 };
  await say(world.connection, run, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)], typed);
  await expect.poll(commands).toEqual({ 'knell.aborts.healthy.control.1': 1 });
  const controlMs = Math.round(performance.now() - startMs);
  await untilIdle(world.connection);
  const manager = await world.connection.jetstreamManager();
  const { messages: dead } = (await manager.streams.info('KNELL_DEAD')).state;
  const durables = await manager.consumers.list('KNELL_FAILURES').next();
  const rejected = worker
    .log()
    .split('\n')
    .filter((line) => /reject/.test(line)).length;
  process.stderr.write(
    `${Object.keys(POISONS).length} poisons: control after ${controlMs} ms, ${rejected} rejected, ${dead} dead letters\n`,
  );
  expect(await commands()).toEqual({ 'knell.aborts.healthy.control.1': 1 });
  expect(durables.map(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending)).toEqual([0]);
  await worker.kill('SIGTERM');
  expect(worker.log()).toContain('"stopped"');
});

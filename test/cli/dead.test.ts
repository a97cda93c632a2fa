import { headers } from 'nats';
import { beforeEach, expect, test } from 'vitest';
import { deadCommand } from '../../src/cli/dead.ts';
import { DEAD_HEADERS } from '../../src/contracts/dead-letter.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { subjects } from '../support/service.ts';

const nats = useNatsServer();
const subject = 'knell.logs.a.e.1.stdout';
const run = (...args: string[]) => runCommand(deadCommand(), ['dead', ...args], { NATS_URL: nats.server.url });

beforeEach(async () => {
  await ensureStreams(nats.connection, subjects);
  await (await nats.connection.jetstreamManager()).streams.delete('KNELL_DEAD');
  await ensureStreams(nats.connection, subjects);
});

async function bury(text: string, more: Record<string, string> = {}): Promise<string> {
  const head = headers();
  const told = {
    'Knell-Runtime': 'codex',
    [DEAD_HEADERS.reason]: 'RangeError: Invalid time value',
    [DEAD_HEADERS.subject]: subject,
    [DEAD_HEADERS.stream]: 'KNELL_LOGS',
    [DEAD_HEADERS.seq]: '7',
    [DEAD_HEADERS.stored]: '2026-11-28T12:00:00.000Z',
    ...more,
  };
  for (const [name, value] of Object.entries(told)) head.set(name, value);
  return String((await nats.connection.jetstream().publish(subjects.dead(subject), text, { headers: head })).seq);
}

test('where there are none, it says so and exits 0', async () => {
  expect(await run('list')).toEqual({ code: 0, out: 'there are no dead letters\n', err: '' });
});

test('it lists what is there with its reason, and exits 1', async () => {
  const number = await bury('poison');
  const { code, out } = await run('list');
  expect(code).toBe(1);
  expect(out).toContain(number);
  expect(out).toContain(subject);
  expect(out).toContain('RangeError: Invalid time value');
  const row = JSON.parse((await run('list', '--json')).out);
  expect(row).toMatchObject({ seq: Number(number), subject, stream: 'KNELL_LOGS', streamSeq: 7, bytes: 6 });
  expect(row.headers).toEqual([['Knell-Runtime', 'codex']]);
});

test('it shows one, with what it says', async () => {
  const { code, out } = await run('show', await bury('poison of a line'));
  expect(code).toBe(0);
  expect(out).toContain('message 7 of KNELL_LOGS, stored 2026-11-28T12:00:00.000Z');
  expect(out).toContain('poison of a line');
  expect(out).toContain('Knell-Runtime: codex');
});

test('it publishes one again as it came, and takes it from the list', async () => {
  const number = await bury('poison');
  const again = nats.connection.subscribe(subject, { max: 1 });
  await nats.connection.flush();
  expect(await run('retry', number)).toMatchObject({ code: 0, out: 'published 1 again\n' });
  for await (const message of again) {
    expect(message.string()).toBe('poison');
    expect(message.headers?.get('Knell-Runtime')).toBe('codex');
    expect(message.headers?.get(DEAD_HEADERS.reason)).toBe('');
  }
  expect((await run('list')).code).toBe(0);
});

test('--all publishes all of them', async () => {
  await bury('one');
  await bury('two');
  expect((await run('retry', '--all')).out).toBe('published 2 again\n');
  expect((await run('list')).code).toBe(0);
});

test('one that was too long to be kept is told where it stands', async () => {
  const number = await bury('', { [DEAD_HEADERS.payload]: 'left out' });
  const { code, err } = await run('retry', number);
  expect(code).toBe(2);
  expect(err).toContain('message 7 of KNELL_LOGS');
});

test.each([['show', '99'], ['show', 'x'], ['retry'], ['retry', '99']])('%s %s is bad usage', async (...args) => {
  expect((await run(...args.filter(Boolean))).code).toBe(2);
});

test('of all, those that others put there stay, and the rest is published', async () => {
  await nats.connection.jetstream().publish(subjects.dead(subject), 'junk');
  await bury('poison');
  const again = nats.connection.subscribe(subject, { max: 1 });
  await nats.connection.flush();
  const { code, out, err } = await run('retry', '--all');
  expect([code, out]).toEqual([2, 'published 1 again\n']);
  expect(err).toContain('message 1 of KNELL_DEAD is no dead letter');
  for await (const message of again) expect(message.string()).toBe('poison');
});

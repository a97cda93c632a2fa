import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Run } from '../../../src/contracts/run.ts';
import { startLogSource } from '../../../src/nats/consume/log-source.ts';
import type { MessageSource } from '../../../src/nats/consume/message-source.ts';
import { type DeadLetter, readDeadLetters } from '../../../src/nats/dead-letters.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { useNatsServer } from '../../support/nats.ts';
import { say, subjects } from '../../support/service.ts';

const nats = useNatsServer();
const poison: Run = { agent: 'a', execution: 'poison', attempt: 1 };
const healthy: Run = { ...poison, execution: 'healthy' };
let source: MessageSource;
let handled: string[];
const told: unknown[] = [];

beforeEach(async () => {
  handled = [];
  await ensureStreams(nats.connection, subjects);
  source = await startLogSource(
    nats.connection,
    subjects,
    async (messages) => {
      for (const message of messages) {
        handled.push(message.run.execution);
        if (message.run.execution === 'poison') message.retry(20, new RangeError('Invalid time value'));
        else message.ack();
      }
    },
    {
      misfit: (subject, reason) => told.push({ subject, reason }),
      requestLost: (info) => told.push(info),
      messageGone: (info) => told.push(info),
      messageDied: (info) => told.push(info),
    },
  );
});
afterEach(() => source.stop());

const consumer = async () => (await nats.connection.jetstreamManager()).consumers.info('KNELL_LOGS', 'knell_workers');
async function letters(): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for await (const letter of readDeadLetters(await nats.connection.jetstreamManager(), subjects)) found.push(letter);
  return found;
}

test('a message that always fails is tried three times and put aside with all that came with it; others are handled', async () => {
  const text = '[[1e308,{"tag":"x","log":"y"}]]';
  const seq = await say(nats.connection, poison, 'stdout', [text], { 'Knell-Runtime': 'codex', 'Knell-Line': '4' });
  await say(nats.connection, healthy, 'stdout', ['hello']);
  await expect.poll(async () => (await consumer()).num_ack_pending + (await consumer()).num_pending).toBe(0);
  expect(handled.toSorted()).toEqual(['healthy', 'poison', 'poison', 'poison']);
  const subject = subjects.logs(poison, 'stdout');
  expect(await letters()).toMatchObject([
    {
      subject,
      stream: 'KNELL_LOGS',
      streamSeq: seq,
      reason: 'RangeError: Invalid time value',
      data: Buffer.from(`${text}\n`),
      headers: [
        ['Knell-Runtime', 'codex'],
        ['Knell-Line', '4'],
      ],
    },
  ]);
  expect(told).toEqual([
    { subject, stream: 'KNELL_LOGS', seq, storedMs: expect.any(Number), reason: 'RangeError: Invalid time value' },
  ]);
});

test('of a message that fills the server’s limit the dead letter tells where it stands', async () => {
  const limit = nats.connection.info?.max_payload ?? 0;
  const seq = await say(nats.connection, poison, 'stdout', Buffer.alloc(limit - 100, 'a'), { 'Knell-Line': '4' });
  await expect.poll(async () => (await letters()).find(({ streamSeq }) => streamSeq === seq)).toBeDefined();
  expect((await letters()).find(({ streamSeq }) => streamSeq === seq)?.data).toBeUndefined();
  await expect.poll(async () => (await consumer()).num_ack_pending).toBe(0);
});

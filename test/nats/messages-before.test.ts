import type { JetStreamManager } from 'nats';
import { beforeEach, expect, test } from 'vitest';
import { messagesBefore } from '../../src/nats/messages-before.ts';
import { lastMessage, nextMessage } from '../../src/nats/stored-message.ts';
import { useNatsServer } from '../support/nats.ts';

const nats = useNatsServer();
let manager: JetStreamManager;
let reads: number;

beforeEach(async () => {
  manager = await nats.connection.jetstreamManager();
  await manager.streams.delete('S').catch(() => false);
  await manager.streams.add({ name: 'S', subjects: ['s.>'] });
  reads = 0;
});

const publish = async (subject: string, count = 1, bytes = 1) => {
  const stream = nats.connection.jetstream();
  for (let sent = 0; sent < count; sent += 1) await stream.publish(subject, new Uint8Array(bytes));
};
const before = async (seq: number, fromSeq = 1) => {
  const reader = {
    next: (subject: string, from: number) => {
      reads += 1;
      return nextMessage(manager, 'S', subject, from);
    },
    last: (subject: string) => lastMessage(manager, 'S', subject),
  };
  const found = await messagesBefore(reader, ['s.out', 's.err'], fromSeq, seq);
  return found.map((message) => message.seq);
};

test('finds the messages of both subjects in order, however many others stand between', async () => {
  await publish('s.out');
  await publish('s.other', 300);
  await publish('s.err');
  await publish('s.out', 2);
  expect(await before(304)).toEqual([1, 302, 303]);
  expect(await before(304, 2)).toEqual([302, 303]);
  expect(await before(302, 302)).toEqual([]);
  expect(reads).toBeLessThan(60);
});

test('reads the last hundred or so of many', async () => {
  await publish('s.out', 300);
  const found = await before(301);
  expect(found.at(-1)).toBe(300);
  expect(found.length).toBeGreaterThanOrEqual(100);
  expect(found.length).toBeLessThan(120);
  expect(found).toEqual(Array.from({ length: found.length }, (_, at) => 301 - found.length + at));
  expect(reads).toBeLessThan(150);
});

test('reads no more than some megabytes', async () => {
  await publish('s.out', 24, 900_000);
  const found = await before(25);
  expect(found).toEqual([17, 18, 19, 20, 21, 22, 23, 24]);
  expect(reads).toBeLessThan(20);
});

test('a run with little unread is looked at from the front, however much others have said since', async () => {
  await publish('s.out');
  await publish('s.other', 300);
  await publish('s.out');
  expect(await before(302)).toEqual([1]);
  expect(reads).toBeLessThanOrEqual(2);
});

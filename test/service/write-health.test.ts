import { NatsError } from 'nats';
import { expect, test } from 'vitest';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { watchWrites } from '../../src/service/write-health.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { T0 } from '../support/messages.ts';

const notice = { schema: 'knell.notice/v1', kind: 'rules', at: '2026-01-01T00:00:00.000Z', message: 'x' } as const;

test('a failure counts while other workers try again, until this one has written or nothing is left to try', async () => {
  const clock = createManualClock(T0);
  let isFull = true;
  const publisher = createMemoryPublisher();
  const { publisher: watched, health } = watchWrites(
    {
      ...publisher,
      async notice(...about) {
        if (isFull) throw new NatsError('maximum bytes exceeded', '503');
        return publisher.notice(...about);
      },
    },
    clock,
  );
  const write = () => watched.notice(notice, ['a']);
  await expect(write()).rejects.toThrow();
  // Sixteen seconds apart at most, three times by others.
  await clock.advance(64_000);
  expect(health.obstacles()).toHaveLength(1);
  await clock.advance(60_000);
  expect(health.obstacles()).toEqual([]);
  await expect(write()).rejects.toThrow();
  isFull = false;
  await write();
  expect(health.obstacles()).toEqual([]);
});

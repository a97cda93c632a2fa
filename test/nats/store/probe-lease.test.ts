import { expect, test } from 'vitest';
import { openProbes } from '../../../src/nats/ensure-streams.ts';
import { createProbeLease } from '../../../src/nats/store/probe-lease.ts';
import { useNatsServer } from '../../support/nats.ts';

const nats = useNatsServer();

test('one of many probes is let through, and the next when the server has forgotten', async () => {
  const lease = createProbeLease(await openProbes(nats.connection, { intervalMs: 500 }), 'test');
  const taken = await Promise.all(Array.from({ length: 10 }, () => lease.take('print')));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await lease.take('another')).toBe(true);
  while (!(await lease.take('print'))) await new Promise((resolve) => setImmediate(resolve));
});

import { afterEach, expect, test } from 'vitest';
import { openProbes } from '../../src/nats/ensure-streams.ts';
import { type ServerClock, startServerClock } from '../../src/nats/server-clock.ts';
import { useNatsServer } from '../support/nats.ts';

const nats = useNatsServer();
let clock: ServerClock | undefined;
afterEach(() => clock?.stop());

test.each([
  ['zero', 0],
  ['eleven minutes less', -11 * 60_000],
  ['a day more', 24 * 3_600_000],
])("it tells the server's time, be the host's own clock at %s", async (_, skewMs) => {
  const bucket = await openProbes(nats.connection);
  clock = await startServerClock({ bucket, monotonicMs: () => performance.now() + skewMs });
  const before = clock.now();
  const revision = await bucket.put('now', '');
  const after = clock.now();
  const storedMs = (await bucket.get('now', { revision }))?.created.getTime() ?? Number.NaN;
  // It may be off by half of what asking took, at the start.
  expect(storedMs).toBeGreaterThanOrEqual(before - 1_000);
  expect(storedMs).toBeLessThanOrEqual(after + 1_000);
});

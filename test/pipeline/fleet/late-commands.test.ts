import { afterEach, expect, test } from 'vitest';
import type { Run } from '../../../src/contracts/run.ts';
import type { RunState } from '../../../src/contracts/run-state.ts';
import { createMemoryAbortFeed, createMemoryFleetModeStore } from '../../../src/memory/memory-fleet.ts';
import { createMemoryPublisher } from '../../../src/memory/memory-publisher.ts';
import { type FleetGuard, startFleetGuard } from '../../../src/pipeline/fleet/fleet-guard.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { abortCommand, T0 } from '../../support/messages.ts';

const BUDGET = { perMinute: 300, perHour: 1_500 };
let guard: FleetGuard;
afterEach(() => guard.stop());

/** A worker that goes on after it was stopped for 20 s, in which others have ended so many runs. */
async function goOnAfter(count: number, subscriptionOf: (number: number) => string) {
  const clock = createManualClock(T0);
  const feed = createMemoryAbortFeed();
  let reads = 0;
  const store = {
    get: async (run: Run) => {
      reads += 1;
      const state = { verdict: { command_id: abortCommand(run).command_id } } as unknown as RunState;
      return { state, revision: 1 };
    },
  };
  guard = await startFleetGuard({
    feed,
    modes: createMemoryFleetModeStore(),
    publisher: createMemoryPublisher(),
    store,
    successes: { lastMs: async () => undefined },
    clock,
    budget: { rule: BUDGET, subscription: BUDGET, all: { perMinute: 600, perHour: 3_000 } },
    onError: (error) => expect.unreachable(String(error)),
  });
  const command = (execution: string, subscription: string) =>
    abortCommand(
      { agent: 'a', execution, attempt: 1 },
      { scope: 'subscription', credential: { kind: 'oauth', subscription } },
    );
  for (let number = 0; number < count; number += 1)
    feed.add(command(`e${number}`, subscriptionOf(number)), clock.now() - 15_000 + 5 * number);
  const own = command('own', 'live');
  return {
    clock,
    isHeld: () => Object.keys(guard.mode().shadowed).length > 0 || !guard.admit(own),
    reads: () => reads,
  };
}

test('a worker that hears late of an outage that it did not know holds nothing back while it looks', async () => {
  const { clock, isHeld, reads } = await goOnAfter(2_400, (number) => `dead${number % 3}`);
  const held: boolean[] = [];
  for (let look = 0; look < 40; look += 1) {
    held.push(isHeld());
    await clock.advance(10);
  }
  expect(new Set(held)).toEqual(new Set([false]));
  expect(reads()).toBeLessThan(1_000);
});

test('what it hears late and is no outage uses up the budgets all the same', async () => {
  const { clock, isHeld } = await goOnAfter(2_400, (number) => `team${number}`);
  await clock.advance(1_000);
  expect(isHeld()).toBe(true);
});

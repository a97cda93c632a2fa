import { afterEach, beforeEach, expect } from 'vitest';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { startMemoryFleet } from './memory-fleet.ts';

/** The fleet of the test that runs. */
export let fleet: Awaited<ReturnType<typeof startMemoryFleet>>;

/** Gives each test of a file a fleet of its own, {@link fleet}, and sees that nothing went wrong in it. */
export function useMemoryFleet(rules: RuleSet): void {
  beforeEach(async () => {
    fleet = await startMemoryFleet(rules);
  });
  afterEach(stopFleet);
}

/** Starts another fleet in the place of the test's, as `startMemoryFleet` does. */
export async function renewMemoryFleet(...given: Parameters<typeof startMemoryFleet>): Promise<void> {
  await stopFleet();
  fleet = await startMemoryFleet(...given);
}

async function stopFleet(): Promise<void> {
  await fleet.stop();
  expect(fleet.failures).toEqual([]);
}

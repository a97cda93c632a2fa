import { expect, test } from 'vitest';
import type { Run } from '../../../src/contracts/run.ts';
import { rulesFrom } from '../../support/rules.ts';
import { fleet, useMemoryFleet } from '../../support/use-memory-fleet.ts';

const rules = rulesFrom(`
pack: acme
runtime: acme
rules:
  - { id: tried, status: experimental, match: [{ line: 'acme: reconnecting' }] }
  - { id: gave-up, category: network.connection, match: [{ line: 'acme: giving up', quiet: 20s }] }
`);
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };

useMemoryFleet(rules);

/** How many abort commands a run that only its pack knows got, a minute after its last words: its process tree is idle. */
async function endedWithin60s(...lines: string[]): Promise<number> {
  await fleet.start(run, { runtime: 'acme' });
  await fleet.say(run, lines, 'stdout', 'acme');
  const tree = fleet.watchTree(run);
  await fleet.clock.advance(60_000);
  tree.stop();
  return new Set(fleet.offered).size;
}

test("what only a pack's own rules know for failures is the runtime alone, not somebody's words", async () => {
  expect(await endedWithin60s('acme: reconnecting', 'acme: giving up')).toBe(1);
});

test('behind anything else a line may be a quotation, and is given more time', async () => {
  expect(await endedWithin60s('I read the log that you sent me.', 'acme: giving up')).toBe(0);
});

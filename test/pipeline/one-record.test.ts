import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, renewMemoryFleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * What real runs of pi that fail leave on record: some of their failures are first noted and then end the run.
 */
const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };

interface Captured {
  readonly run: string;
  readonly format: 'json' | 'text';
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly stdout: readonly { readonly line: string }[];
  readonly stderr: readonly { readonly line: string }[];
}
const captured = readFileSync('test/corpus/captured/pi.jsonl', 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Captured);

useMemoryFleet(rules);

test('a run that ends of one cause is on record once', async () => {
  const twice: string[] = [];
  let failed = 0;
  for (const one of captured) {
    await renewMemoryFleet(rules);
    const format = one.format === 'json' ? 'structured' : 'text';
    await fleet.start(run, { runtime: 'pi', format });
    for (const stream of ['stderr', 'stdout'] as StreamName[])
      for (const { line } of one[stream as 'stdout']) {
        await fleet.say(run, [line], stream, 'pi', stream === 'stdout' ? { 'Knell-Format': format } : {});
      }
    if (fleet.offered[0]) await fleet.ack(run, fleet.offered[0]);
    await fleet.exit(run, one.exit_code, one.signal);
    await fleet.clock.advance(60_000);
    const last = new Map(fleet.publisher.records().map((record) => [record.record_id, record]));
    const live = [...last.values()].filter(({ disposition }) => disposition !== 'suppressed');
    if (live.length > 0) failed += 1;
    if (live.length > 1) twice.push(`${one.run}: ${live.map(({ category }) => category).join(', ')}`);
  }
  expect(twice).toEqual([]);
  expect(failed).toBeGreaterThan(10);
});

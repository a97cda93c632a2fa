import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunRow } from '../../../src/contracts/api/run-row.ts';
import { mergeRuns, newestFirst } from '../../../src/page/run-order.ts';

const row = (n: number, started_ms?: number): RunRow => ({
  run: `agent.e${n}.1`,
  agent: 'agent',
  execution: `e${n}`,
  attempt: 1,
  phase: 'running',
  rules: [],
  seen_ms: 5,
  ...(started_ms !== undefined && { started_ms }),
});

it('merges two lists as sorting both together would', () => {
  const times = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }), { maxLength: 30 });
  fc.assert(
    fc.property(times, times, (some, others) => {
      const a = some.map((ms, n) => row(n, ms)).sort(newestFirst);
      const b = others.map((ms, n) => row(100 + n, ms)).sort(newestFirst);
      expect(mergeRuns(a, b)).toEqual([...a, ...b].sort(newestFirst));
    }),
  );
});

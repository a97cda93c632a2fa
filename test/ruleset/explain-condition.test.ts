import { expect, it } from 'vitest';
import { explainCondition } from '../../src/ruleset/explain-condition.ts';
import type { CompiledCondition, Outcome } from '../../src/ruleset/match/compile-condition.ts';
import { createEventView } from '../../src/ruleset/match/event-view.ts';
import { plain } from './build.ts';

const view = createEventView(plain('x'), 'stdout');
const conditionOf = (...held: Outcome['held'][]) =>
  ({
    steps: held.map((one, i) => ({
      part: `part ${i}`,
      wanted: 'this',
      test: () => ({ held: one }),
      found: () => 'that',
    })),
  }) as unknown as CompiledCondition;
const failed = (i: number) => ({ part: `part ${i}`, wanted: 'this', found: 'that' });

it.each([
  ['all steps hold', conditionOf('yes', 'yes'), { held: 'yes', passed: 2, steps: 2 }],
  ['one does not', conditionOf('yes', 'no', 'no'), { held: 'no', passed: 1, steps: 3, failed: failed(1) }],
  ['one can’t be told', conditionOf('unknown', 'yes'), { held: 'unknown', passed: 1, steps: 2, failed: failed(0) }],
  ['one can’t be told, and another does not', conditionOf('unknown', 'no'), { held: 'no', failed: failed(1) }],
])('%s', (_, condition, report) => {
  expect(explainCondition(condition, view)).toMatchObject(report);
});

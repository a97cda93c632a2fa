import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Condition } from '../../src/contracts/rule-pack.ts';
import { compileCondition } from '../../src/ruleset/compile-condition.ts';
import { indexConditions } from '../../src/ruleset/condition-index.ts';
import { createEventView } from '../../src/ruleset/event-view.ts';
import { plain, typed } from './build.ts';

const name = fc.constantFrom('a', 'a/b', 'a/c', 'b', 'line');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ event: fc.oneof(name, fc.constantFrom('*', 'a/*'), fc.array(name, { minLength: 1, maxLength: 2 })) }),
  fc.record({ where: fc.constant({ x: 1 }) }),
  fc.record({ event: name, where: fc.constant({ x: 1 }), text: fc.constant('t') }),
  fc.record({ line: fc.constantFrom('t', 'u') }),
  fc.record({ text: fc.constantFrom('t', 'u') }),
  fc.record({ stream: fc.constant('stdout' as const) }),
);
const event = fc.oneof(
  fc
    .record({ name, x: fc.constantFrom(1, 2), text: fc.constantFrom('t', '') })
    .map((one) => typed(one.name, { x: one.x }, { text: one.text })),
  fc.constantFrom('t', 'u', 'v').map((text) => plain(text)),
);

test('the index leaves out only conditions that do not hold, and keeps their order', () => {
  let held = 0;
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 24 }), event, (conditions, one) => {
      const entries = conditions.map((given, owner) => ({ condition: compileCondition(given), owner }));
      const view = createEventView(one, 'stdout');
      const holding = (list: readonly (typeof entries)[number][]) =>
        list.filter((entry) => entry.condition.check(view).held === 'yes').map(({ owner }) => owner);
      const expected = holding(entries);
      held += expected.length;
      expect(holding(indexConditions(entries)(view))).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
  expect(held).toBeGreaterThan(100);
});

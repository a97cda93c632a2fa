import { expect, test } from 'vitest';
import type { Provenance } from '../../../src/contracts/categories.ts';
import type { Condition } from '../../../src/contracts/rule-pack.ts';
import { compileCondition } from '../../../src/ruleset/match/compile-condition.ts';
import { indexConditions } from '../../../src/ruleset/match/condition-index.ts';
import { createEventView } from '../../../src/ruleset/match/event-view.ts';
import fc from '../../support/fast-check.ts';
import { plain, typed } from '../build.ts';

const name = fc.constantFrom('a', 'a/b', 'a/c', 'b', 'line');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ event: fc.oneof(name, fc.constantFrom('*', 'a/*'), fc.array(name, { minLength: 1, maxLength: 2 })) }),
  fc.record({ where: fc.constant({ x: 1 }) }),
  fc.record({ event: name, where: fc.constant({ x: 1 }), text: fc.constant('t') }),
  fc.record({ line: fc.constantFrom('t', 'u') }),
  fc.record({ text: fc.constantFrom('t', 'u') }),
  fc.record({ stream: fc.constant('stdout' as const) }),
  fc.record({ event: name, provenance: fc.constantFrom('narration' as const, 'tool' as const) }),
  fc.record({ text: fc.constantFrom('t', 'u'), provenance: fc.constant<Provenance[]>(['runtime', 'tool']) }),
);
const speaker = fc.record({
  provenance: fc.constantFrom<Provenance>('runtime', 'runtime', 'narration', 'tool', 'unknown'),
  subagent: fc.constantFrom(false, false, true),
});
const event = fc.oneof(
  fc
    .record({
      name: fc.oneof(name, fc.constantFrom('a/d', 'c')),
      x: fc.constantFrom(1, 2),
      text: fc.constantFrom('t', ''),
      speaker,
    })
    .map((one) => typed(one.name, { x: one.x }, { text: one.text, ...one.speaker })),
  fc.record({ text: fc.constantFrom('t', 'u', 'v'), speaker }).map((one) => plain(one.text, one.speaker)),
);

test('the index leaves out only conditions that do not hold, and keeps their order', () => {
  let held = 0;
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 24 }), fc.array(event, { minLength: 1 }), (conditions, events) => {
      const entries = conditions.map((given, owner) => ({ condition: compileCondition(given), owner }));
      const index = indexConditions(entries);
      for (const view of events.map((one) => createEventView(one, 'stdout'))) {
        const holding = (list: readonly (typeof entries)[number][]) =>
          list.filter((entry) => entry.condition.check(view).held === 'yes').map(({ owner }) => owner);
        const expected = holding(entries);
        held += expected.length;
        expect(holding(index(view))).toEqual(expected);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(held).toBeGreaterThan(100);
});

import { expect, test, vi } from 'vitest';
import { compileRules } from '../../../src/ruleset/compile-rules.ts';
import type { CompiledCondition, Outcome } from '../../../src/ruleset/match/compile-condition.ts';
import { createMatcher, type MatchableRule } from '../../../src/ruleset/match/matcher.ts';
import { aPack, aRule, plain } from '../build.ts';

const bare = { kind: 'either' as const, steps: [], textNeedles: () => undefined };
const saying = (held: Outcome['held']): CompiledCondition => ({ ...bare, check: () => ({ held }) });

function ruleOf(changes: Partial<MatchableRule>): MatchableRule {
  const [rule] = compileRules([aPack([aRule()])]).rules;
  if (!rule) throw new Error('no rule');
  return { rule, clauses: [], unless: [], recover: [], captures: () => ({}), ...changes };
}

const match = (changes: Partial<MatchableRule>) => createMatcher([ruleOf(changes)], [])(plain('x'), 'stdout');

test('a claim that can not be tested is neither a hit nor forgotten', () => {
  const { hits, unknowns } = match({ clauses: [[saying('unknown')]] });
  expect(hits).toEqual([]);
  expect(unknowns).toMatchObject([{ key: 'test/a-rule' }]);
});

test('a claim that can not be tested does not stand in the way of one that holds', () => {
  const { hits, unknowns } = match({ clauses: [[saying('unknown')], [saying('yes')]] });
  expect(hits).toMatchObject([{ clause: 1, condition: 0 }]);
  expect(unknowns).toHaveLength(1);
});

test('an exclusion that can not be tested keeps the rule from hitting, and is told', () => {
  const { hits, unknowns } = match({ clauses: [[saying('yes')]], unless: [saying('unknown'), saying('no')] });
  expect(hits).toEqual([]);
  expect(unknowns).toHaveLength(1);
});

test('a recovery that can not be tested has not happened', () => {
  expect(match({ recover: [saying('unknown')] }).recoveries).toEqual([]);
  expect(match({ recover: [saying('no'), saying('yes'), saying('yes')] }).recoveries).toHaveLength(1);
});

test('exclusions are looked at once a rule, and only when it has a hit', () => {
  const check = vi.fn<CompiledCondition['check']>(() => ({ held: 'no' }));
  const unless = [{ ...bare, check }];
  match({ clauses: [[saying('no')]], unless });
  expect(check).toHaveBeenCalledTimes(0);
  match({ clauses: [[saying('yes'), saying('yes')], [saying('yes')]], unless });
  expect(check).toHaveBeenCalledTimes(1);
});

import { expect, it } from 'vitest';
import type { Rule } from '../../src/contracts/rule-pack.ts';
import { isInForce, overrideRule } from '../../src/ruleset/override-rule.ts';

const RULE = {
  id: 'r',
  status: 'stable',
  action: 'abort',
  severity: 'error',
  match: [{ text: ['a'] }, { text: ['b'], exit: true }],
} as unknown as Rule;

it('changes what the override names, and leaves the rule of the pack', () => {
  const before = structuredClone(RULE);
  expect(overrideRule(RULE, { action: 'observe' } as never)).toEqual({ ...before, action: 'observe' });
  expect(RULE).toEqual(before);
  expect(overrideRule(RULE, undefined)).toBe(RULE);
});

it('makes each clause wait, but for those that wait for the exit', () => {
  expect(overrideRule(RULE, { quiet: '5m' } as never).match).toEqual([
    { text: ['a'], quiet: '5m' },
    { text: ['b'], exit: true },
  ]);
});

it('keeps a rule out that is disabled or has a successor', () => {
  expect(isInForce(RULE, undefined)).toBe(true);
  expect(isInForce(RULE, { disabled: true } as never)).toBe(false);
  const old = { ...RULE, status: 'deprecated' } as Rule;
  expect(isInForce(old, undefined)).toBe(true);
  expect(isInForce({ ...old, replaced_by: 'n' } as Rule, undefined)).toBe(false);
});

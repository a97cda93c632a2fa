import { expect, it } from 'vitest';
import type { CompiledRule } from '../../src/ruleset/rule-set.ts';
import { isCause } from '../../src/ruleset/rule-set.ts';

it('takes a rule without conditions of its own for a cause', () => {
  const ruleOf = (match: unknown[]) => ({ rule: { match } }) as unknown as CompiledRule;
  expect(isCause(ruleOf([]))).toBe(true);
  expect(isCause(ruleOf([{ event: 'result' }]))).toBe(false);
});

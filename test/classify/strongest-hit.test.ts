import { expect, test } from 'vitest';
import { strongestHit } from '../../src/classify/strongest-hit.ts';
import type { Grade } from '../../src/contracts/categories.ts';
import type { RuleAction } from '../../src/contracts/rule-pack.ts';
import type { CompiledRule, ConditionHit } from '../../src/ruleset/rule-set.ts';
import { rulesFrom } from '../support/rules.ts';

const [compiled] = rulesFrom(`rules: [{ id: one, match: [{ event: result, text: x }] }]`).rules;

interface Ranked {
  readonly key?: string;
  readonly precedence?: number;
  readonly action?: RuleAction;
  readonly grade?: Grade;
  readonly isCause?: boolean;
  /** What the statement asks for instead of the rule's own action. */
  readonly asked?: RuleAction;
}

function hit({
  key = 'p/m',
  precedence = 50,
  action = 'warn',
  grade = 'stated',
  isCause,
  asked,
}: Ranked): ConditionHit {
  const { rule, ...rest } = compiled as CompiledRule;
  return {
    rule: { ...rest, key, rule: { ...rule, precedence, action, ...(isCause ? { match: [] } : {}) } },
    clause: 0,
    condition: 0,
    grade,
    captures: {},
    ...(asked ? { action: asked } : {}),
  };
}

/** Each wins against the one below it, whatever speaks for that one in a later column. */
test.each<[string, Ranked, Ranked]>([
  ["a pack's own rule before a cause", { precedence: 1 }, { isCause: true, precedence: 99, action: 'abort' }],
  ['the highest precedence', { precedence: 51, action: 'notice' }, { precedence: 50, action: 'abort' }],
  ['the sterner action: abort', { action: 'abort', grade: 'mixed' }, { action: 'warn', grade: 'typed' }],
  ['the sterner action: warn', { action: 'warn', grade: 'mixed' }, { action: 'record', grade: 'typed' }],
  ['the sterner action: record', { action: 'record', grade: 'mixed' }, { action: 'notice', grade: 'typed' }],
  ['the action that the statement asks for', { asked: 'abort', grade: 'mixed' }, { action: 'warn', grade: 'typed' }],
  ['an action that the statement softens', { action: 'warn' }, { action: 'abort', asked: 'record' }],
  ['the better grade: typed', { grade: 'typed', key: 'p/z' }, { grade: 'stated', key: 'p/a' }],
  ['the better grade: stated', { grade: 'stated', key: 'p/z' }, { grade: 'mixed', key: 'p/a' }],
  ['the key, last of all', { key: 'p/a' }, { key: 'p/b' }],
  // By code units: where `a` stands among capitals depends on the language of the machine.
  ['the key in any language', { key: 'p/B' }, { key: 'p/a' }],
])('%s speaks for the line, in whatever order the rules stand', (_what, winner, other) => {
  const [first, second] = [hit(winner), hit(other)];
  expect(strongestHit([first, second])).toBe(first);
  expect(strongestHit([second, first])).toBe(first);
});

test('of two clauses of one rule the first decides', () => {
  const [first, second] = [hit({}), { ...hit({}), clause: 1 }];
  expect(strongestHit([first, second])).toBe(first);
});

test('no hit, no answer; and the hits stay in the order they were given in', () => {
  expect(strongestHit([])).toBeUndefined();
  const hits = [hit({ key: 'p/b' }), hit({ key: 'p/a' })];
  strongestHit(hits);
  expect(hits.map(({ rule }) => rule.key)).toEqual(['p/b', 'p/a']);
});

import { describe, expect, test } from 'vitest';
import { aRule } from '../build.ts';
import { check, codes, expectRefused } from './check.ts';

describe('a rule is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['without a category', { category: undefined }, ['category-missing']],
    ['for a notice of no kind', { action: 'notice', category: undefined }, ['notice-missing']],
    ['without an example to match', { examples: { match: [], ignore: ['x'] } }, ['example-missing']],
    ['without an example to ignore', { examples: { match: ['x'], ignore: [] } }, ['example-missing']],
    ['for a continuation that holds on anything', { continues: ['Bye', '.*'] }, ['continues-too-general']],
    ['for a capture of nothing', { capture: { it: { as: 'string' } } }, ['capture-empty']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expectRefused(changes, expected);
  });
});

test('an experimental rule gets a warning', () => {
  expect(check([aRule({ status: 'experimental' })])).toMatchObject([{ code: 'rule-experimental', level: 'warning' }]);
});

test('signals are checked like rules', () => {
  const signals = [
    { id: 'a', means: 'success', match: [{ text: '[' }] },
    { id: 'b', means: 'success', match: [{}] },
    { id: 'c', means: 'credential', match: [{ event: 'x', text: 'oauth' }] },
  ];
  expect(codes(check([aRule()], {}, { signals }))).toEqual([
    'pattern-invalid',
    'condition-empty',
    'pattern-common-word',
  ]);
});

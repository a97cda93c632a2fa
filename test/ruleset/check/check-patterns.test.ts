import { describe, test } from 'vitest';
import { expectRefused, record } from './check.ts';

describe('a rule is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['for look-ahead', record({ event: 'x', text: 'a(?!b)' }), ['pattern-invalid']],
    ['for a back-reference', record({ event: 'x', text: '(abcdef)\\1' }), ['pattern-invalid']],
    ['for a pattern in a field', record({ event: 'x', where: { a: { matches: '(' } } }), ['pattern-invalid']],
    ['for a pattern of an exclusion', { unless: [{ text: '[' }] }, ['pattern-invalid']],
    ['for a pattern of a capture', { capture: { it: { text: '*', as: 'string' } } }, ['pattern-invalid']],
    ['for parentheses that only fit into others', record({ line: 'abcdef)|(b' }), ['pattern-invalid']],
    ['for a costly repetition', record({ event: 'x', text: 'from .{1,500} to' }), ['pattern-too-costly']],
    ['for nested repetitions', record({ event: 'x', text: 'from ([^x]{20} ){20} to' }), ['pattern-too-costly']],
    ['for a count over the limit of RE2', record({ event: 'x', text: 'ab{2000} to' }), ['pattern-too-costly']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expectRefused(changes, expected);
  });
});

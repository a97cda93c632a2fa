import { describe, test } from 'vitest';
import { expectRefused, record } from './check.ts';

describe('a rule is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['for a number as text', record({ text: '\\b401\\b' }), ['pattern-bare-number']],
    ['for one number of several texts', record({ event: 'x', text: 'Not logged in|4(0)?1' }), ['pattern-bare-number']],
    ['for a number as text of an event', record({ event: 'x', where: { y: 1 }, text: '529' }), ['pattern-bare-number']],
    ['for a common word', record({ text: '(?i)unauthorized' }), ['pattern-common-word']],
    ['for a short word', record({ event: 'result', text: 'oom' }), ['pattern-common-word']],
    ['for one common word of several', record({ text: 'credit balance is too low|limit' }), ['pattern-common-word']],
    ['for a word with something optional', record({ text: '(API )?error(s)?' }), ['pattern-common-word']],
    ['for a pattern that holds on anything', record({ text: '.*' }), ['pattern-too-general']],
    ['for a line that holds on anything', record({ line: '[^{].*' }), ['pattern-too-general']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expectRefused(changes, expected);
  });
});

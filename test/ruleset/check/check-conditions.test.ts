import { describe, test } from 'vitest';
import { expectRefused, record } from './check.ts';

describe('a rule is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['for a clause without a condition', record({ stream: 'stderr' }), ['clause-empty']],
    ['for a list of conditions without time', record({ all: [{ event: 'a' }, { event: 'b' }] }), ['within-missing']],
    ['for time without a list', record({ event: 'a', within: '2m' }), ['within-unused']],
    [
      'for a sequence with an event beside it',
      record({ event: 'x', sequence: [{ event: 'a' }, { event: 'b' }], within: '1m' }),
      ['clause-mixed'],
    ],
    [
      'for a sequence that repeats',
      record({ repeat: { count: 2, within: '1m' }, all: [{ event: 'a' }, { event: 'b' }], within: '1m' }),
      ['clause-mixed'],
    ],
    [
      'for a sequence with an empty step',
      record({ sequence: [{ event: 'a' }, {}], within: '1m' }),
      ['condition-empty'],
    ],
    ['for two ways to wait', record({ event: 'a', quiet: '1m', exit: true }), ['clause-mixed']],
    ['for fields without an event', record({ where: { status: 401 } }), ['where-without-event']],
    ['for an empty condition on a field', record({ event: 'a', where: { b: {} } }), ['condition-empty']],
    ['for a path with an empty key', record({ event: 'a', where: { 'b..c': 1 } }), ['path-invalid']],
    ['for a line on an event', record({ event: 'a', line: 'Login expired' }), ['condition-impossible']],
    ['for a plain line by its event name', record({ event: 'line' }), ['condition-impossible']],
    ['for a star in the middle', record({ event: ['a', 'system/*/x'] }), ['condition-impossible']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expectRefused(changes, expected);
  });
});

import { expect, test } from 'vitest';
import { aRule } from './build.ts';
import { check } from './check/check.ts';

test('a condition without anything to look for in raw output gets a warning', () => {
  const rule = aRule({
    action: 'record',
    match: [
      { line: '[0-9]+ [A-Z]+', exit: true },
      { event: 'result', where: { x: { not: 1 } } },
    ],
  });
  expect(check([rule])).toMatchObject([{ code: 'no-literal', level: 'warning', rule: 'test/a-rule' }]);
});

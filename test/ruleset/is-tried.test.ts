import { expect, it } from 'vitest';
import { isTried } from '../../src/ruleset/is-tried.ts';

it.each([
  ['experimental', true],
  ['stable', false],
  ['deprecated', false],
] as const)('a rule that is %s: tried %s', (status, is) => {
  expect(isTried({ rule: { status } })).toBe(is);
});

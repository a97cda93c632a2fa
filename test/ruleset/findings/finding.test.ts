import { expect, it } from 'vitest';
import { type Finding, hasErrors, sortFindings } from '../../../src/ruleset/findings/finding.ts';

const finding = (file: string, line: number, column = 1, level: Finding['level'] = 'error'): Finding => ({
  code: 'a-code',
  level,
  file,
  line,
  column,
  message: 'm',
  hint: 'h',
});

it('sorts by file, line and column, lines by number', () => {
  const sorted = [finding('a', 2, 9), finding('a', 10, 1), finding('a', 10, 2), finding('b', 1)];
  expect(sortFindings(sorted.toReversed())).toEqual(sorted);
});

it('tells errors from warnings', () => {
  expect(hasErrors([finding('a', 1, 1, 'warning'), finding('a', 1)])).toBe(true);
  expect(hasErrors([finding('a', 1, 1, 'warning')])).toBe(false);
  expect(hasErrors([])).toBe(false);
});

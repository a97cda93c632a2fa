import { expect, it } from 'vitest';
import { compareVersions, isSmaller, largestStep, stepBetween } from '../../src/bundles/versions.ts';

it.each([
  ['1.0.0', '1.0.0', 'none'],
  ['1.0.0', '1.0.1', 'patch'],
  ['1.9.9', '1.10.0', 'minor'],
  ['1.9.9', '2.0.0', 'major'],
  ['2.0.0', '1.9.9', 'none'],
] as const)('from %s to %s is a step: %s', (from, to, step) => {
  expect(stepBetween(from, to)).toBe(step);
});

it('orders versions by their numbers, not by their letters', () => {
  expect(['1.10.0', '1.9.0', '0.10.2', '0.10.10'].sort(compareVersions)).toEqual([
    '0.10.2',
    '0.10.10',
    '1.9.0',
    '1.10.0',
  ]);
});

it('knows the largest of several steps, and which one is too small', () => {
  expect(largestStep(['patch', 'major', 'minor'])).toBe('major');
  expect(largestStep([])).toBe('none');
  expect(isSmaller('minor', 'major')).toBe(true);
  expect(isSmaller('major', 'major')).toBe(false);
});

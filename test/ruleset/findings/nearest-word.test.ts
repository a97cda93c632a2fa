import { expect, test } from 'vitest';
import { nearestWord } from '../../../src/ruleset/findings/nearest-word.ts';

const KNOWN = ['title', 'match', 'unless', 'replaced_by', 'is'];

test.each([
  ['titel', 'title'],
  ['Title', 'title'],
  ['titl', 'title'],
  ['matches', 'match'],
  ['replaced-by', 'replaced_by'],
  ['us', 'is'],
  ['remedy', undefined],
  ['xy', undefined],
  ['x'.repeat(10_000), undefined],
])('%s was meant as %s', (word, nearest) => {
  expect(nearestWord(word, KNOWN)).toBe(nearest);
});

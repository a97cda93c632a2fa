import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemErrorWords } from '../../src/contracts/system-error-words.ts';

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

test.each([
  ['/nowhere/at/all', 'there is no such file or folder'],
  [import.meta.dirname, 'it is a folder'],
  [`${import.meta.filename}/below`, 'a part of its path is a file, no folder'],
])('why %s can not be read is told in words', (file, words) => {
  expect(systemErrorWords(errorOf(() => readFileSync(file)))).toBe(words);
});

test('an error without a known code keeps its message', () => {
  expect(systemErrorWords(new Error('no JSON'))).toBe('no JSON');
  expect(systemErrorWords(undefined)).toBe('undefined');
});

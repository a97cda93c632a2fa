import { expect, it } from 'vitest';
import { anyWord, startsWithAny } from '../../../src/decode/text/any-of.ts';

it('finds whole words only, without regard to case', () => {
  const words = anyWord(['denied|refused', 'timed out']);
  expect(words.test('access DENIED')).toBe(true);
  expect(words.test('it timed out')).toBe(true);
  expect(words.test('undenied')).toBe(false);
});

it('finds words at the start', () => {
  const starts = startsWithAny(['run', 'use']);
  expect(starts.test('Run it')).toBe(true);
  expect(starts.test('runs')).toBe(false);
  expect(starts.test('to run')).toBe(false);
  expect(startsWithAny(['make: \\*\\*\\*']).test('make: *** [all] Error 1')).toBe(true);
});

import { expect, it } from 'vitest';
import { byteInLine, foldAscii, isAt } from '../../../src/ruleset/needles/needle.ts';

it('folds the letters A to Z, and nothing else', () => {
  expect(foldAscii('AbZ-É\u212a')).toBe('abz-É\u212a');
});

it.each([
  ['in either case', { text: 'key' }, 'a KeY', 2, true],
  ['elsewhere', { text: 'key' }, 'a key', 1, false],
  ['cut off by the end', { text: 'key' }, 'a ke', 2, false],
  ['at the beginning of the chunk', { text: '\nkey' }, 'key', -1, true],
  ['at the end of the chunk', { text: 'key\n' }, 'key', 0, true],
  ['a key behind its quote', { text: 'key"', isKeyEnd: true }, '"key"', 1, true],
  ['a key behind a dot', { text: 'key"', isKeyEnd: true }, '"a.key"', 3, true],
  ['the end of another key', { text: 'key"', isKeyEnd: true }, '"monkey"', 4, false],
])('%s', (_, needle, chunk, at, expected) => {
  expect(isAt(needle, Buffer.from(chunk), at)).toBe(expected);
});

it("wants the key's value to pass", () => {
  const passing = (passes: boolean) => ({ text: 'key"', value: { passes: () => passes } }) as never;
  expect(isAt(passing(true), Buffer.from('"key":1'), 1)).toBe(true);
  expect(isAt(passing(false), Buffer.from('"key":1'), 1)).toBe(false);
});

it('names a byte of the line, not the break before it', () => {
  expect(byteInLine({ text: '\na' }, 4)).toBe(5);
  expect(byteInLine({ text: 'a' }, 4)).toBe(4);
});

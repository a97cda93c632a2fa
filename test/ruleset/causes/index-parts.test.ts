import { expect, test } from 'vitest';
import { compileLater, compileSearch } from '../../../src/patterns/pattern.ts';
import type { Wording } from '../../../src/ruleset/causes/compiled-cause.ts';
import { indexParts } from '../../../src/ruleset/causes/index-parts.ts';
import { textNeedles } from '../../../src/ruleset/needles/text-needles.ts';

/** Twenty things, each known by two wordings of its own. */
const THINGS = Array.from({ length: 20 }, (_, i) => [`gateway ${i + 10} lost`, `relay ${i + 10} shut`]);

function wordingOf(patterns: readonly string[]): Wording {
  return {
    pattern: compileLater(patterns, compileSearch),
    textNeedles: (choose) => textNeedles(patterns, 'decoded', choose),
    parts: patterns.length > 1 ? patterns.map((one) => wordingOf([one])) : [],
  };
}

const foundIn = (text: string, after = 0) => {
  const look = indexParts(THINGS, wordingOf, after);
  return look(Buffer.from(text)).map(({ item, pattern }) => [THINGS.indexOf(item), pattern.source]);
};

test('of a text that has one wording of a thing, that wording alone is tried', () => {
  expect(foundIn('then relay 14 shut')).toEqual([[4, 'relay 14 shut']]);
  expect(foundIn('relay 14 shut behind gateway 12 lost')).toEqual([
    [2, 'gateway 12 lost'],
    [4, 'relay 14 shut'],
  ]);
  expect(foundIn('nothing of it')).toEqual([]);
});

test('of the first texts each thing is tried by all its wordings as one', () => {
  const look = indexParts(THINGS, wordingOf, 1);
  expect(look(Buffer.from('nothing of it')).map(({ item }) => item)).toEqual(THINGS);
  expect(look(Buffer.from('nothing of it'))).toEqual([]);
});

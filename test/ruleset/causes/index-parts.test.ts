import { expect, test } from 'vitest';
import { compileLater, compileSearch } from '../../../src/patterns/pattern.ts';
import type { Wording } from '../../../src/ruleset/causes/compiled-cause.ts';
import { indexParts } from '../../../src/ruleset/causes/index-parts.ts';
import { textNeedles } from '../../../src/ruleset/needles/text-needles.ts';

/** Twenty things, each known by two wordings of its own. */
const THINGS = Array.from({ length: 20 }, (_, i) => [`gateway ${i + 10} lost`, `relay ${i + 10} shut`]);

const wordingsOf = (patterns: readonly string[]): Wording[] =>
  patterns.map((source) => ({
    pattern: compileLater([source], compileSearch),
    textNeedles: (choose) => textNeedles([source], 'decoded', choose),
    knownNeedles: () => (source.startsWith('relay') ? [{ text: source }] : undefined),
  }));

const foundIn = (text: string, after = 0) =>
  indexParts(
    THINGS,
    wordingsOf,
    after,
  )(Buffer.from(text)).map(({ item, wording }) => [THINGS.indexOf(item), wording.pattern.source]);

test('of a text that has one wording of a thing, that wording alone is tried', () => {
  expect(foundIn('then relay 14 shut')).toEqual([[4, 'relay 14 shut']]);
  expect(foundIn('relay 14 shut behind gateway 12 lost')).toEqual([
    [2, 'gateway 12 lost'],
    [4, 'relay 14 shut'],
  ]);
  expect(foundIn('nothing of it')).toEqual([]);
});

test('of the first texts each wording is tried of which nothing is known beforehand', () => {
  expect(foundIn('then relay 14 shut', 1)).toHaveLength(THINGS.length + 1);
  expect(foundIn('nothing of it', 1)).toHaveLength(THINGS.length);
});

import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../src/patterns/parse-pattern.ts';
import { compileSearch } from '../../../src/patterns/pattern.ts';
import { type OneOf, requiredTexts } from '../../../src/ruleset/needles/required-texts.ts';
import fc from '../../support/fast-check.ts';

/** The set whose shortest text is longest, as long as all of them say something. */
const longest = (sets: readonly OneOf[]) =>
  sets
    .filter((set) => !set.includes(''))
    .toSorted((a, b) => shortestIn(b) - shortestIn(a))
    .at(0);
const shortestIn = (set: OneOf) => Math.min(...set.map(({ length }) => length));
const textsOf = (pattern: string) => requiredTexts(parsePattern(pattern), longest);

describe('what every match contains', () => {
  it.each<[string, readonly OneOf[]]>([
    ['limit reached', [['limit reached']]],
    ['^(a|b)c$', [['ac', 'bc']]],
    ['ab+c', [['ab'], ['b'], ['bc']]],
    ['(ab){3}', [['ababab']]],
    ['x(?:yz)?', [['x', 'xyz']]],
    ['one .* two', [['one '], [' two']]],
    ['one.*|two.*', [['one', 'two']]],
    ['[ab]x', [['ax', 'bx']]],
    ['.*', []],
  ])('%s', (pattern, sets) => {
    expect(textsOf(pattern)).toEqual(sets);
  });

  it('leaves out the longer of two texts of a choice where the shorter is in it', () => {
    expect(textsOf('usage limit reached.*|limit reached.+')).toEqual([['limit reached']]);
  });

  it('knows both ways of an option with an unknown end', () => {
    expect(textsOf('Error(?:: .*)?')).toEqual([['Error']]);
  });
});

it('one of each set is in whatever the pattern matches', () => {
  const piece = fc.constantFrom(
    'ab',
    'cd',
    '(?:ef|gh)',
    '(?:i|jk.*)',
    'l?',
    '(?:mn)+',
    '[op]',
    '.*',
    '(?:q{2}|r)?',
    's*',
  );
  const text = fc.array(
    fc.constantFrom('ab', 'cd', 'ef', 'gh', 'i', 'jk', 'l', 'mn', 'mnmn', 'o', 'p', 'qq', 'r', 'ss'),
  );
  let matched = 0;
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), text, (pieces, parts) => {
      const pattern = pieces.join('');
      const subject = parts.join('');
      if (compileSearch(pattern).test(Buffer.from(subject)) !== 'yes') return;
      matched += 1;
      for (const set of textsOf(pattern))
        expect(
          set.some((one) => subject.includes(one)),
          `${set}`,
        ).toBe(true);
    }),
    { numRuns: 1_000 },
  );
  expect(matched).toBeGreaterThan(100);
});

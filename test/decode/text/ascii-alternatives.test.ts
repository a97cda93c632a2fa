import { expect, test } from 'vitest';
import { asciiAlternatives } from '../../../src/decode/text/ascii-alternatives.ts';
import { STATING } from '../../../src/decode/text/raw-kind.ts';
import { FAILING } from '../../../src/decode/text/statement-words.ts';
import { textNeedles } from '../../../src/ruleset/needles/text-needles.ts';
import fc from '../../support/fast-check.ts';

test.each([
  ['lost|gone', ['lost', 'gone']],
  ['run (?:lost|gone)|[|(]x', ['run (?:lost|gone)', '[|(]x']],
  ['\\(|\\|', ['\\(', '\\|']],
  ['(?<!_)spent\\b|(?!a|(b))c', ['spent', 'c']],
  ['verloren|ungültig|cr[ée]dits', ['verloren', 'cr[ée]dits']],
])('%s', (source, alternatives) => {
  expect(asciiAlternatives(source)).toEqual(alternatives);
});

test('each word by which a line of ASCII fails is found by one of the needles of the stating patterns', () => {
  const needles = textNeedles(STATING, 'decoded')?.map(({ text }) => text) ?? [];
  expect(needles.length).toBeGreaterThan(100);
  const withoutLooks = FAILING.map((one) => one.replace(/\(\?<?[!=][^)]*\)|\\b/g, ''));
  const words = fc.oneof(...withoutLooks.map((one) => fc.stringMatching(new RegExp(`^(?:${one})$`))));
  fc.assert(
    fc.property(words, (word) => {
      fc.pre(/^[\x20-\x7e]*$/.test(word));
      return needles.some((needle) => word.toLowerCase().includes(needle));
    }),
    { numRuns: 3_000 },
  );
});

import { expect, it } from 'vitest';
import { plainText } from '../../../src/page/plain-text.ts';

it.each([
  ['plain, with ümlauts, 漢字 and 👩🏽‍🚀', 'plain, with ümlauts, 漢字 and 👩🏽‹U+200D›🚀'],
  ['\u202eevil\u202c', '‹U+202E›evil‹U+202C›'],
  ['a\u200bb\ufeffc', 'a‹U+200B›b‹U+FEFF›c'],
  ['\u001b[31mred', '‹U+001B›[31mred'],
  ['tab\tand\nline', 'tab\tand\nline'],
  ['tag\u{e0041}', 'tag‹U+E0041›'],
  ['<b>&amp;</b>', '<b>&amp;</b>'],
])('%j', (text, shown) => {
  expect(plainText(text)).toBe(shown);
});

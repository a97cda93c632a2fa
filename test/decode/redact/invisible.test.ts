import { expect, it } from 'vitest';
import { withoutInvisible } from '../../../src/decode/redact/invisible.ts';

it.each([
  ['a colour', 'se\u001b[31mcret', 'secret'],
  ['a colour as JSON writes it', 'se\\u001b[31mcret', 'secret'],
  ['a link of a terminal', '\u001b]8;;https://a.example\u0007secret\u001b]8;;\u0007', 'secret'],
  ['characters without a width', 'se\u200bcr\u00adet\ufeff', 'secret'],
  ['a plain text with brackets', 'a [31m] b', 'a [31m] b'],
  ['a line break', 'a\n\tb', 'a\n\tb'],
])('%s', (_, text, seen) => {
  expect(withoutInvisible(text)).toBe(seen);
});

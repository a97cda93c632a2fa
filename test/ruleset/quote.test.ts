import { expect, it } from 'vitest';
import { quote } from '../../src/ruleset/quote.ts';

it.each([
  ['a text', '`a text`'],
  [12, '`12`'],
  [{ a: [1] }, '`{"a":[1]}`'],
  [undefined, '`undefined`'],
  ['a\nb\u200bc\u2028d', '`a·b·c·d`'],
  ['x'.repeat(60), `\`${'x'.repeat(60)}\``],
  ['x'.repeat(61), `\`${'x'.repeat(60)}…\``],
])('%j', (value, shown) => {
  expect(quote(value)).toBe(shown);
});

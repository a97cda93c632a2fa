import { expect, it } from 'vitest';
import { LoweredText } from '../../../src/decode/redact/lowered-text.ts';
import fc from '../../support/fast-check.ts';

it('has the words that stand in the text, and no others', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'B', 'c', '_', 'İ', '😀'), maxLength: 12 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_', '😀'), maxLength: 3 }), (text, word) => {
      expect(new LoweredText(text).has(word)).toBe(text.toLowerCase().includes(word));
    }),
  );
});

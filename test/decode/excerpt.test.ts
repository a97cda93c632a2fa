import { describe, expect, it } from 'vitest';
import { excerpt } from '../../src/decode/excerpt.ts';
import fc from '../support/fast-check.ts';

describe('excerpt', () => {
  it('leaves a short text as it is', () => {
    expect(excerpt('Credit balance is too low')).toBe('Credit balance is too low');
  });

  it('cuts at 300 UTF-16 units and shows that it did', () => {
    const text = excerpt('x'.repeat(301));
    expect(text).toHaveLength(300);
    expect(text.endsWith('x…')).toBe(true);
  });

  it('keeps a text of exactly 300 units whole', () => {
    expect(excerpt('x'.repeat(300))).toBe('x'.repeat(300));
  });

  it('redacts before it cuts, so that no half of a secret remains', () => {
    const text = excerpt(`${'x'.repeat(290)} sk-ant-oat01-abcdefghijklmnop`);
    expect(text).not.toContain('sk-');
  });

  it('shows no beginning of a secret that is longer than what it reads', () => {
    const text = excerpt(`password=${'a'.repeat(3_000)} token=${'b1'.repeat(520)} last-words-${'s3cr3t'.repeat(400)}`);
    expect(text).not.toContain('s3cr3t');
    expect(text).toBe('password=[redacted] token=[redacted] …');
  });

  it('never splits a surrogate pair and never grows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (text, max) => {
        const cut = excerpt(text, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
      }),
    );
  });
});

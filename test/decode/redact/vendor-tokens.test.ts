import { describe, expect, it } from 'vitest';
import { VENDOR_TOKENS } from '../../../src/decode/redact/vendor-tokens.ts';
import { patternEngine } from '../../../src/patterns/pattern-engine.ts';

describe('VENDOR_TOKENS', () => {
  it('has patterns that RE2 compiles', () => {
    const broken = VENDOR_TOKENS.filter(([, , pattern]) => {
      try {
        patternEngine().compileRewrite(pattern);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken.map(([id]) => id)).toEqual([]);
  });

  it('names each token once', () => {
    const ids = VENDOR_TOKENS.map(([id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has words in lower case, which a text in lower case is asked for', () => {
    const words = VENDOR_TOKENS.flatMap(([, all]) => all);
    expect(words.filter((word) => word === '' || word !== word.toLowerCase())).toEqual([]);
  });
});

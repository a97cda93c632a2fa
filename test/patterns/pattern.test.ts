import { afterEach, describe, expect, test, vi } from 'vitest';

const failures = vi.hoisted(() => ({ left: 0 }));

vi.mock('../../src/patterns/native-engine.ts', async (importActual) => {
  const { openNativeEngine } = await importActual<typeof import('../../src/patterns/native-engine.ts')>();
  const failing = <T>(run: () => T): T => {
    if (failures.left-- > 0) throw new Error('out of memory');
    return run();
  };
  return {
    /** RE2 that now and then has no memory left. */
    openNativeEngine() {
      const real = openNativeEngine();
      return {
        ...real,
        compile(pattern: string) {
          const compiled = real.compile(pattern);
          return {
            test: (text: Buffer) => failing(() => compiled.test(text)),
            search: (text: Buffer) => compiled.search(text),
            firstGroup: (text: Buffer) => failing(() => compiled.firstGroup(text)),
          };
        },
      };
    },
  };
});

const { compileSearch, compileWholeLine, PatternError } = await import('../../src/patterns/pattern.ts');
const HELLO = Buffer.from('Hello · world');

afterEach(() => {
  failures.left = 0;
});

describe('when RE2 fails', () => {
  test('once, the second try answers', () => {
    failures.left = 1;
    expect(compileSearch('world').test(HELLO)).toBe('yes');
    failures.left = 1;
    expect(compileSearch('moon').test(HELLO)).toBe('no');
    failures.left = 1;
    expect(compileSearch('· (.*)').firstGroup(HELLO)).toBe('world');
  });

  test('twice, the answer is unknown and not "no match"', () => {
    failures.left = 2;
    expect(compileSearch('world').test(HELLO)).toBe('unknown');
    failures.left = 2;
    expect(compileSearch('world').firstGroup(HELLO)).toBeUndefined();
  });
});

describe('a pattern', () => {
  test('that RE2 refuses is told with the pattern and the reason', () => {
    for (const compile of [compileSearch, compileWholeLine]) {
      expect(() => compile('(?=a)')).toThrow(PatternError);
      expect(() => compile('(?=a)')).toThrow(expect.objectContaining({ code: 'PATTERN_INVALID', pattern: '(?=a)' }));
    }
    expect(() => compileWholeLine('a)|(b')).toThrow(PatternError);
  });

  test.each([
    ['Hello', 'no'],
    ['Hello.*', 'yes'],
    ['Hello|Hello · world', 'yes'],
    ['^Hello · world$', 'yes'],
    ['(?i)HELLO · WORLD', 'yes'],
  ])('for a whole line, %s: %s', (source, held) => {
    expect(compileWholeLine(source).test(HELLO)).toBe(held);
  });
});

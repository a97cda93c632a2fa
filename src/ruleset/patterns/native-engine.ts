import RE2 from 're2';
import type { PatternEngine } from './pattern-engine.ts';

/** RE2 as a native module. It searches bytes two to four times faster than strings. */
export const nativeEngine: PatternEngine = {
  name: 're2',
  compile(pattern) {
    // Without the flags g and y it keeps nothing between two calls, so many may share it.
    const re2 = new RE2(pattern, 'u');
    return {
      test: (text) => re2.test(text),
      search: (text) => re2.search(text),
      firstGroup(text) {
        const match = re2.exec(text) as unknown as (Buffer | undefined)[] | null;
        // Of several patterns in one, each has its own group.
        return match ? (match.length > 1 ? match.slice(1).find((group) => group !== undefined) : match[0]) : undefined;
      },
    };
  },
};

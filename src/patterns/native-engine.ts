import { createRequire } from 'node:module';
import type { PatternEngine } from './pattern-engine.ts';

/**
 * RE2 as a native module. It searches bytes two to four times faster than strings.
 * @throws {Error} where the module is not there, or does not fit this Node
 */
export function openNativeEngine(): PatternEngine {
  const RE2: typeof import('re2') = createRequire(import.meta.url)('re2');
  return {
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
          return match
            ? match.length > 1
              ? match.slice(1).find((group) => group !== undefined)
              : match[0]
            : undefined;
        },
      };
    },
    compileRewrite(pattern) {
      const re2 = new RE2(pattern, 'gu');
      return (text, rewrite) =>
        re2.replace(text, (whole: string, ...rest: unknown[]) => {
          // A replacer's other arguments: the groups, the offset, the text, and the named groups where there are some.
          const groups = rest.slice(
            0,
            rest.findIndex((value) => typeof value === 'number'),
          );
          const last = rest.at(-1);
          return rewrite({
            whole,
            groups: groups as (string | undefined)[],
            named: typeof last === 'object' ? (last as Record<string, string | undefined>) : {},
          });
        });
    },
  };
}

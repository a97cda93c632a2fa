import { createRequire } from 'node:module';
import type { PatternEngine } from './pattern-engine.ts';

/** RE2 in plain JavaScript. */
export function openPortedEngine(): PatternEngine {
  const { RE2JS }: typeof import('re2js') = createRequire(import.meta.url)('re2js');
  return {
    name: 're2js',
    compile(pattern) {
      const compiled = RE2JS.compile(withCodePoints(pattern));
      return {
        test: (text) => compiled.test(text),
        search(text) {
          const matcher = compiled.matcher(text);
          return matcher.find() ? matcher.start() : -1;
        },
        firstGroup(text) {
          const matcher = compiled.matcher(text);
          if (!matcher.find()) return undefined;
          const groups = compiled.groupCount();
          for (let group = Math.min(1, groups); group <= groups; group++) {
            const start = matcher.start(group);
            if (start !== -1) return text.subarray(start, matcher.end(group));
          }
          return undefined;
        },
      };
    },
    compileRewrite(pattern) {
      const compiled = RE2JS.compile(withCodePoints(pattern));
      const names = Object.entries(compiled.namedGroups());
      return (text, rewrite) => {
        const matcher = compiled.matcher(text);
        let result = '';
        let at = 0;
        while (matcher.find()) {
          const groups = Array.from({ length: compiled.groupCount() }, (_, i) => matcher.group(i + 1) ?? undefined);
          const named = Object.fromEntries(names.map(([name, group]) => [name, groups[group - 1]]));
          result += text.slice(at, matcher.start()) + rewrite({ whole: matcher.group() ?? '', groups, named });
          at = matcher.end();
        }
        return result + text.slice(at);
      };
    },
  };
}

/** `\u00b7`, `\u{b7}` and `\cA` as RE2 writes them: the native module takes these from JavaScript too. */
function withCodePoints(pattern: string): string {
  return pattern.replace(
    /\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|c([A-Za-z])|.)/gsu,
    (written, four?: string, braced?: string, control?: string) => {
      if (control !== undefined) return `\\x{${(control.charCodeAt(0) % 32).toString(16)}}`;
      const digits = four ?? braced;
      return digits === undefined ? written : `\\x{${digits}}`;
    },
  );
}

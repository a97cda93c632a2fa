import { openNativeEngine } from './native-engine.ts';
import { openPortedEngine } from './ported-engine.ts';

/** A pattern as an engine compiled it. Texts are valid UTF-8: on other bytes engines may differ. Each call may throw where the engine has no memory left. */
export interface EnginePattern {
  test(text: Buffer): boolean;
  /** Where the first match begins, in bytes; -1 where there is none. */
  search(text: Buffer): number;
  /** The first group that matched something, or the whole match where the pattern has no group; `undefined` when there is none. */
  firstGroup(text: Buffer): Buffer | undefined;
}

/** A match in a string. */
export interface Find {
  readonly whole: string;
  /** The groups in order, named ones too; those that took no part are undefined. */
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

/** Puts what `rewrite` makes of each match in its place; the rest of the text stays. */
export type Rewrite = (text: string, rewrite: (find: Find) => string) => string;

/** What compiles and runs RE2 patterns (https://github.com/google/re2/wiki/Syntax). */
export interface PatternEngine {
  readonly name: 're2' | 're2js';
  /** @throws {Error} when it refuses the pattern */
  compile(pattern: string): EnginePattern;
  /** @throws {Error} when it refuses the pattern */
  compileRewrite(pattern: string): Rewrite;
}

let opened: PatternEngine | undefined;

/**
 * RE2 itself where its native module is there; else its port to JavaScript, which takes the same patterns, says the same,
 * and is slower. The native module needs a prebuilt binary or a compiler when knell is installed, and npm may not be
 * allowed to run its install script. It is opened when a pattern is first compiled: a tap that publishes compiles none.
 */
export function patternEngine(): PatternEngine {
  opened ??= openPatternEngine();
  return opened;
}

function openPatternEngine(): PatternEngine {
  try {
    return openNativeEngine();
  } catch {
    return openPortedEngine();
  }
}

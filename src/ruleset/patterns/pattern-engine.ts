/** A pattern as an engine compiled it. Texts are valid UTF-8: on other bytes engines may differ. Each call may throw where the engine has no memory left. */
export interface EnginePattern {
  test(text: Buffer): boolean;
  /** Where the first match begins, in bytes; -1 where there is none. */
  search(text: Buffer): number;
  /** The first group that matched something, or the whole match where the pattern has no group; `undefined` when there is none. */
  firstGroup(text: Buffer): Buffer | undefined;
}

/** What compiles and runs RE2 patterns (https://github.com/google/re2/wiki/Syntax). */
export interface PatternEngine {
  readonly name: 're2' | 're2js';
  /** @throws {Error} when it refuses the pattern */
  compile(pattern: string): EnginePattern;
}

/**
 * RE2 itself where its native module is there; else its port to JavaScript, which takes the same patterns, says the same,
 * and is slower. The native module needs a prebuilt binary or a compiler when knell is installed, and npm may not be
 * allowed to run its install script.
 */
export async function openPatternEngine(): Promise<PatternEngine> {
  try {
    const { nativeEngine } = await import('./native-engine.ts');
    return nativeEngine;
  } catch {
    const { portedEngine } = await import('./ported-engine.ts');
    return portedEngine;
  }
}

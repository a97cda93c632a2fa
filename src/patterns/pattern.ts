import { memoize } from './memoize.ts';
import { type EnginePattern, patternEngine } from './pattern-engine.ts';

/** What a test of a pattern says. `unknown` when RE2 itself failed twice: never to be read as "no match". */
export type Trivalent = 'yes' | 'no' | 'unknown';

/** A compiled RE2 pattern. Texts are UTF-8 bytes, which RE2 searches two to four times faster than strings. */
export interface CompiledPattern {
  readonly source: string;
  test(text: Buffer): Trivalent;
  /** Where the first match begins, in bytes; -1 where there is none. */
  indexIn(text: Buffer): number;
  /** The first group that took part, or the whole match where the pattern has no group; `undefined` when there is none. */
  firstGroup(text: Buffer): string | undefined;
}

/** A pattern that RE2 refuses. */
export class PatternError extends Error {
  readonly code = 'PATTERN_INVALID';
  readonly pattern: string;

  constructor(pattern: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PatternError';
    this.pattern = pattern;
  }
}

/**
 * Compiles a pattern that may hold anywhere in a text.
 * @throws {PatternError} when RE2 refuses it
 */
export function compileSearch(source: string): CompiledPattern {
  return wrap(source, build(source, source));
}

/**
 * Compiles a pattern that must cover a text from its first to its last character, however it is written.
 * @throws {PatternError} when RE2 refuses it
 */
export function compileWholeLine(source: string): CompiledPattern {
  // By itself first: `a)|(b` is no pattern, but would become one between the parentheses.
  build(source, source);
  return wrap(source, build(`^(?:${source})$`, source));
}

const compiledOf = memoize(8_192, (pattern) => patternEngine().compile(pattern));

/**
 * A pattern that holds where any of these does, compiled when it is first needed: most rules of a set never are. All are
 * made one, so that a text is gone through once. A pattern that RE2 refuses, which checking tells, is always `unknown`.
 */
export function compileLater(
  sources: readonly string[],
  compileOne: (source: string) => CompiledPattern,
): CompiledPattern {
  let compiled: readonly CompiledPattern[] | undefined;
  const patterns = () => {
    compiled ??= compileTogether(sources, compileOne);
    return compiled;
  };
  return {
    source: sources.join('|'),
    test: (text) => testAny(patterns(), text),
    indexIn(text) {
      const found = patterns().map((pattern) => pattern.indexIn(text));
      const places = found.filter((index) => index !== -1);
      return places.length === 0 ? -1 : Math.min(...places);
    },
    firstGroup: (text) =>
      patterns()
        .map((pattern) => pattern.firstGroup(text))
        .find((group) => group !== undefined),
  };
}

const UNKNOWN: CompiledPattern = { source: '', test: () => 'unknown', indexIn: () => -1, firstGroup: () => undefined };

function compileTogether(
  sources: readonly string[],
  compileOne: (source: string) => CompiledPattern,
): readonly CompiledPattern[] {
  try {
    return [compileOne(sources.length === 1 ? (sources[0] as string) : sources.map((one) => `(?:${one})`).join('|'))];
  } catch {
    // Each may be small enough for RE2, all together are not.
    return sources.length === 1 ? [UNKNOWN] : sources.flatMap((source) => compileTogether([source], compileOne));
  }
}

function testAny(patterns: readonly CompiledPattern[], text: Buffer): Trivalent {
  let outcome: Trivalent = 'no';
  for (const pattern of patterns) {
    const held = pattern.test(text);
    if (held === 'yes') return 'yes';
    if (held === 'unknown') outcome = 'unknown';
  }
  return outcome;
}

function build(pattern: string, source: string): EnginePattern {
  try {
    return compiledOf(pattern);
  } catch (error) {
    throw new PatternError(source, error);
  }
}

function wrap(source: string, compiled: EnginePattern): CompiledPattern {
  return {
    source,
    test(text) {
      const held = attempt(() => compiled.test(text));
      if (held === undefined) return 'unknown';
      return held.value ? 'yes' : 'no';
    },
    // A test is a tenth of a search, and most texts have no match.
    indexIn: (text) =>
      attempt(() => compiled.test(text))?.value ? (attempt(() => compiled.search(text))?.value ?? -1) : -1,
    firstGroup: (text) => attempt(() => compiled.firstGroup(text))?.value?.toString('utf8'),
  };
}

/** RE2 may fail for want of memory: it gets a second try, and then the answer is that there is none. */
function attempt<T>(run: () => T): { value: T } | undefined {
  for (let tries = 0; tries < 2; tries++) {
    try {
      return { value: run() };
    } catch {
      // Tried again, then reported as unknown by the caller.
    }
  }
  return undefined;
}

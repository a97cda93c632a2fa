import RE2 from 're2';
import { memoize } from './memoize.ts';

/** What a test of a pattern says. `unknown` when RE2 itself failed twice: never to be read as "no match". */
export type Trivalent = 'yes' | 'no' | 'unknown';

/** A compiled RE2 pattern. Texts are UTF-8 bytes, which RE2 searches two to four times faster than strings. */
export interface CompiledPattern {
  readonly source: string;
  test(text: Buffer): Trivalent;
  /** Where the first match begins, in bytes; -1 where there is none. */
  indexIn(text: Buffer): number;
  /** The first group, or the whole match where the pattern has no group; `undefined` when there is none. */
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

/** Without the flags g and y, a compiled pattern keeps nothing between two calls, so many may share it. */
const re2Of = memoize(8_192, (pattern) => new RE2(pattern, 'u'));

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

function build(pattern: string, source: string): RE2 {
  try {
    return re2Of(pattern);
  } catch (error) {
    throw new PatternError(source, error);
  }
}

function wrap(source: string, re2: RE2): CompiledPattern {
  return {
    source,
    test(text) {
      const held = attempt(() => re2.test(text));
      if (held === undefined) return 'unknown';
      return held.value ? 'yes' : 'no';
    },
    // A test is a tenth of a search, and most texts have no match.
    indexIn: (text) => (attempt(() => re2.test(text))?.value ? (attempt(() => re2.search(text))?.value ?? -1) : -1),
    firstGroup(text) {
      const match = attempt(() => re2.exec(text))?.value as (Buffer | undefined)[] | null | undefined;
      // Of several patterns in one, each has its own group.
      const found = match && (match.length > 1 ? match.slice(1).find((group) => group !== undefined) : match[0]);
      return found ? found.toString('utf8') : undefined;
    },
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

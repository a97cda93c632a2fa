import { parsePattern } from '../../patterns/parse-pattern.ts';
import { compileSearch, compileWholeLine, PatternError } from '../../patterns/pattern.ts';
import { patternCost } from '../../patterns/pattern-shape.ts';
import type { Say } from '../findings/report.ts';
import type { PlacedPattern } from '../walk-rule.ts';

/** In RE2 instructions, as `patternCost` estimates them. `.{0,150}` is still cheaper. */
const MAX_COST = 2_000;
/** Of all patterns of a pack: some ten thousand whole messages. */
const MAX_TOTAL_COST = 500_000;

interface Unsupported {
  readonly name: string;
  readonly sign: RegExp;
  readonly instead: string;
}

/** What RE2 leaves out on purpose (https://github.com/google/re2/wiki/Syntax), and how it shows in a pattern. */
const UNSUPPORTED: readonly Unsupported[] = [
  { name: 'look-ahead', sign: /\(\?[=!]/, instead: 'Put what must not be there into `unless`.' },
  { name: 'look-behind', sign: /\(\?<[=!]/, instead: 'Put what must not be there into `unless`.' },
  { name: 'back-references', sign: /\\[1-9]|\\k</, instead: 'Write out what is repeated.' },
  { name: 'atomic groups', sign: /\(\?>/, instead: 'Use a plain group `(?:…)`: RE2 never goes back over a text.' },
  { name: 'possessive quantifiers', sign: /[*+?}]\+/, instead: 'Leave the second `+` out.' },
];

/**
 * Says of a pattern that it costs too much, or that RE2 can't compile it, naming the construct in the way.
 * What costs too much is never given to RE2: some patterns of 2,000 characters take it a quarter of a second.
 */
export function checkPattern({ source, use, path }: PlacedPattern, say: Say): void {
  const costly = isTooCostly(source);
  const error = costly ? undefined : compileError(source, use === 'line' || use === 'continues');
  if (costly || error?.message.includes('too large') || error?.message.includes('repetition size')) {
    const message = 'The pattern costs too much: counted repetitions are written out copy by copy.';
    say({ code: 'pattern-too-costly', path, message, hint: 'Use `.*` rather than `.{1,500}`, or a smaller count.' });
  } else if (error) {
    // Escaped characters can't be part of such a construct; a digit after a backslash can.
    const bare = source.replaceAll(/\\[^1-9k]/g, '');
    const unsupported = UNSUPPORTED.find(({ sign }) => sign.test(bare));
    const message = unsupported
      ? `RE2 has no ${unsupported.name}, which this pattern uses.`
      : `RE2 can't compile the pattern: ${error.message.slice(0, 200)}.`;
    say({ code: 'pattern-invalid', path, message, hint: unsupported?.instead ?? 'Mind brackets and backslashes.' });
  }
}

/** Whether a pattern is refused for its size alone. */
export function isTooCostly(source: string): boolean {
  return patternCost(parsePattern(source)) > MAX_COST;
}

/** Whether all patterns of a pack together are cheap enough to be compiled at all. */
export function checkTotalCost(patterns: readonly PlacedPattern[], say: Say): boolean {
  const total = patterns.reduce((sum, { source }) => sum + patternCost(parsePattern(source)), 0);
  if (total <= MAX_TOTAL_COST) return true;
  const message = 'The patterns of the pack cost too much together.';
  say({ code: 'pack-too-costly', path: ['rules'], message, hint: 'Split the pack, or make repetitions shorter.' });
  return false;
}

function compileError(source: string, wholeLine: boolean): PatternError | undefined {
  try {
    if (wholeLine) compileWholeLine(source);
    else compileSearch(source);
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}

import { compileSearch, compileWholeLine, PatternError } from './pattern.ts';
import type { PlacedPattern } from './patterns-of.ts';
import type { Said } from './report.ts';

/** What RE2 leaves out on purpose (https://github.com/google/re2/wiki/Syntax), and how it shows in a pattern. */
const UNSUPPORTED: readonly { readonly name: string; readonly sign: RegExp; readonly instead: string }[] = [
  { name: 'look-ahead', sign: /\(\?[=!]/, instead: 'Put what must not be there into `unless`.' },
  { name: 'look-behind', sign: /\(\?<[=!]/, instead: 'Put what must not be there into `unless`.' },
  { name: 'a back-reference', sign: /\\[1-9]|\\k</, instead: 'Write out what is repeated.' },
  { name: 'an atomic group', sign: /\(\?>/, instead: 'Use a plain group `(?:…)`: RE2 never goes back over a text.' },
  { name: 'a possessive quantifier', sign: /[*+?}]\+/, instead: 'Leave the second `+` out.' },
];

/** Says which patterns RE2 can't compile, and names the construct that stands in the way. */
export function checkPattern({ source, use, path }: PlacedPattern, say: (said: Said) => void): boolean {
  try {
    if (use === 'line' || use === 'continues') compileWholeLine(source);
    else compileSearch(source);
    return true;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const unsupported = UNSUPPORTED.find(({ sign }) => sign.test(source));
    const tooLarge = error.message.includes('too large');
    say({
      code: tooLarge ? 'pattern-too-costly' : 'pattern-invalid',
      path,
      message: unsupported
        ? `RE2 has no ${unsupported.name.replace(/^an? /, '')}, which this pattern uses.`
        : `RE2 can't compile the pattern: ${error.message.slice(0, 200)}.`,
      hint: unsupported?.instead ?? (tooLarge ? 'Make repetitions shorter.' : 'Mind brackets and backslashes.'),
    });
    return false;
  }
}

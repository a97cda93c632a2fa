/** What stands in no text: an edge of a word, and a look around with brackets inside it one deep. */
const WIDTHLESS = /\\b|\(\?<?[!=](?:[^()]|\([^()]*\))*\)/g;
const CLASS = /\[(?:[^\]\\]|\\.)*\]/g;
const FOREIGN = /[^\x00-\x7f]/;

/**
 * The alternatives of a pattern that a text of ASCII may match, each by itself and without what only narrows it. Pure.
 *
 * @param source the source of a regular expression without flags
 */
export function asciiAlternatives(source: string): string[] {
  const bare = source.replace(WIDTHLESS, '');
  const alternatives: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < bare.length; at += 1) {
    const char = bare[at];
    if (char === '\\') at += 1;
    else if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth -= 1;
    else if (char === '|' && depth === 0) {
      alternatives.push(bare.slice(from, at));
      from = at + 1;
    }
  }
  alternatives.push(bare.slice(from));
  return alternatives.filter((one) => !FOREIGN.test(one.replace(CLASS, '')));
}

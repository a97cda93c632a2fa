/** The text of here-documents: `<<EOF …`, `<<-'EOF' …`. */
const HERE_DOCUMENT = /<<-?[ \t]*(['"]?)(\w+)\1([^\n]*)\n(?:[\s\S]*?\n)?[ \t]*\2(?=\n|$)/g;

/**
 * A shell's line without the text of its here-documents and comments, and with a word in the place of each substitution
 * (`$(…)`, backticks, `<(…)`): what they hold runs before or beside the command. What stands in single quotes is left as it is.
 * A substitution that does not close stays too.
 */
export function withoutSubstitutions(line: string): string {
  const text = line.replace(HERE_DOCUMENT, '$3');
  let kept = '';
  let isDouble = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    const end = endOfPart(text, at, isDouble);
    if (end === undefined) {
      if (char === '"') isDouble = !isDouble;
      kept += char;
    } else {
      if (char === "'" || char === '\\') kept += text.slice(at, end + 1);
      else if (char !== '#') kept += '_';
      at = end;
    }
  }
  return kept;
}

/**
 * Where what begins here ends, of a quotation in single quotes, an escaped character, a comment or a substitution; undefined where
 * none of them begins, or it does not end.
 */
function endOfPart(text: string, at: number, isDouble: boolean): number | undefined {
  const char = text[at];
  if (char === '\\') return at + 1;
  if (char === '`') return found(text.indexOf('`', at + 1));
  if (char === '$' && text[at + 1] === '(') return endOfBrackets(text, at + 1);
  if (isDouble) return undefined;
  if (char === "'") return found(text.indexOf("'", at + 1));
  if ((char === '<' || char === '>') && text[at + 1] === '(') return endOfBrackets(text, at + 1);
  const isComment = char === '#' && /^[\s;&|()]?$/.test(text[at - 1] ?? '');
  return isComment ? (found(text.indexOf('\n', at)) ?? text.length) - 1 : undefined;
}

/** Where the bracket that opens here closes. */
function endOfBrackets(text: string, open: number): number | undefined {
  let isDouble = false;
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === ')' && !isDouble) return at;
    if (text[at] === '(' && !isDouble) at = endOfBrackets(text, at) ?? text.length;
    else if (text[at] === '"') isDouble = !isDouble;
    else at = endOfPart(text, at, isDouble) ?? at;
  }
  return undefined;
}

const found = (at: number): number | undefined => (at === -1 ? undefined : at);

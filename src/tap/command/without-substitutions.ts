import { endOfHereDocuments, type HereDocument, hereDocumentAt } from './here-documents.ts';

/** What is read at one place: inside a bracket or not, of what it opened with, and inside double quotes or not. */
interface Frame {
  isDouble: boolean;
  /** `((`: a `<<` in it is no here-document. */
  readonly isArithmetic: boolean;
}

/**
 * A shell's line without comments, with a word in the place of each substitution (`$(…)`, backticks, `<(…)`), since what they hold
 * runs before or beside the command, and with a file in the place of each here-document and here-string. What stands in single
 * quotes is left as it is. Undefined where a quotation, a substitution or a here-document does not close. Each character is read once.
 */
export function withoutSubstitutions(text: string): string | undefined {
  let kept = '';
  let documents: HereDocument[] = [];
  const frames: Frame[] = [{ isDouble: false, isArithmetic: false }];
  const keep = (part: string) => {
    if (frames.length === 1) kept += part;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    const frame = frames.at(-1) as Frame;
    const next = text[at + 1];
    if (char === '\\') {
      keep(text.slice(at, at + 2));
      at += 1;
    } else if (char === '`') {
      at = closing(text, '`', at + 1);
      if (at === -1) return undefined;
      keep('_');
    } else if (next === '(' && (char === '$' || (!frame.isDouble && (char === '<' || char === '>')))) {
      // It becomes a word of the frame around it.
      keep('_');
      frames.push({ isDouble: false, isArithmetic: text[at + 2] === '(' });
      at += 1;
    } else if (char === '"') {
      frame.isDouble = !frame.isDouble;
      keep(char);
    } else if (frame.isDouble) keep(char);
    else if (char === '$' && next === "'") {
      const end = closing(text, "'", at + 2);
      if (end === -1) return undefined;
      keep(plainlyQuoted(text.slice(at + 2, end)));
      at = end;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) return undefined;
      keep(text.slice(at, end + 1));
      at = end;
    } else if (char === '#' && /^[\s;&|()]?$/.test(text[at - 1] ?? '')) {
      const end = text.indexOf('\n', at);
      at = (end === -1 ? text.length : end) - 1;
    } else if (text.startsWith('<<<', at)) {
      keep('<');
      at += 2;
    } else if (text.startsWith('<<', at) && !frame.isArithmetic) {
      const found = hereDocumentAt(text, at);
      if (!found) return undefined;
      keep('<_ ');
      documents.push(found.document);
      at = found.end - 1;
    } else if (char === '\n' && documents.length > 0) {
      const end = endOfHereDocuments(text, at + 1, documents);
      if (end === undefined) return undefined;
      keep(char);
      documents = [];
      at = end - 1;
    } else if (char === '(' && frames.length > 1) frames.push({ isDouble: false, isArithmetic: frame.isArithmetic });
    else if (char === ')' && frames.length > 1) frames.pop();
    else keep(char);
  }
  return frames.length > 1 || documents.length > 0 ? undefined : kept;
}

/** Where a quotation closes in which a backslash takes the next character's meaning away; -1 where it does not. */
function closing(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === quote) return at;
    if (text[at] === '\\') at += 1;
  }
  return -1;
}

/** What `$'…'` holds, in plain single quotes. */
function plainlyQuoted(text: string): string {
  const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', "'": "'\\''" };
  return `'${text.replace(/\\([\s\S])/g, (_all, char: string) => ESCAPED[char] ?? char)}'`;
}

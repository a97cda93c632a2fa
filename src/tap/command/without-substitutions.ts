import { endOfHereDocuments, type HereDocument, hereDocumentAt } from './here-documents.ts';

/** What is read at one place: inside a bracket or not, of what it opened with, and inside double quotes or not. */
interface Frame {
  isDouble: boolean;
  /** `((`: a `<<` in it is no here-document. */
  readonly isArithmetic: boolean;
}

/** A shell's line, and what its substitutions run. */
export interface PlainLine {
  /** It has a mark in the place of each substitution: see {@link SUBSTITUTION}. */
  readonly plain: string;
  /** What runs in each, in the order of their marks; undefined where it can't be read. */
  readonly inner: readonly (string | undefined)[];
}

/** A mark in the place of a substitution, with its number: characters for private use, which no script has. */
export const SUBSTITUTION = /\uE000(\d+)\uE001/g;

/** A shell's line as {@link splitSubstitutions} gives it, with `_` in the place of each substitution. */
export function withoutSubstitutions(text: string): string | undefined {
  return splitSubstitutions(text)?.plain.replace(SUBSTITUTION, '_');
}

/**
 * A shell's line without comments, with a mark in the place of each substitution (`$(…)`, backticks, `<(…)`), since what they hold
 * runs before or beside the command, and with a file in the place of each here-document and here-string. What stands in single
 * quotes is left as it is. Undefined where a quotation, a substitution or a here-document does not close. Each character is read once.
 */
export function splitSubstitutions(text: string): PlainLine | undefined {
  if (/[\uE000\uE001]/.test(text)) return undefined;
  let kept = '';
  const inner: (string | undefined)[] = [];
  let opened = 0;
  let documents: (HereDocument & { readonly number: number })[] = [];
  const frames: Frame[] = [{ isDouble: false, isArithmetic: false }];
  const keep = (part: string) => {
    if (frames.length === 1) kept += part;
  };
  const mark = (content?: string) => `\uE000${inner.push(content) - 1}\uE001`;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    const frame = frames.at(-1) as Frame;
    const next = text[at + 1];
    if (char === '\\') {
      keep(text.slice(at, at + 2));
      at += 1;
    } else if (char === '`') {
      const end = closing(text, '`', at + 1);
      if (end === -1) return undefined;
      if (frames.length === 1) keep(mark(text.slice(at + 1, end).replace(/\\([\\`$])/g, '$1')));
      at = end;
    } else if (next === '(' && (char === '$' || (!frame.isDouble && (char === '<' || char === '>')))) {
      // It becomes a word of the frame around it.
      opened = frames.length === 1 ? at + 2 : opened;
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
      documents.push({ ...found.document, number: frames.length === 1 ? inner.length : -1 });
      if (frames.length === 1) keep(`<${mark('')} `);
      at = found.end - 1;
    } else if (char === '\n' && documents.length > 0) {
      const end = endOfHereDocuments(text, at + 1, documents);
      if (end === undefined) return undefined;
      keep(char);
      const number = documents[0]?.number ?? -1;
      const isRun = number !== -1 && documents.some(({ isLiteral }) => !isLiteral);
      if (isRun) inner[number] = runInText(text.slice(at + 1, end));
      documents = [];
      at = end - 1;
    } else if (char === '(' && frames.length > 1) frames.push({ isDouble: false, isArithmetic: frame.isArithmetic });
    else if (char === ')' && frames.length > 1) {
      frames.pop();
      // An expression of arithmetic runs nothing.
      if (frames.length === 1) keep(mark(text[opened] === '(' && text[at - 1] === ')' ? '' : text.slice(opened, at)));
    } else keep(char);
  }
  return frames.length > 1 || documents.length > 0 ? undefined : { plain: kept, inner };
}

/** What the substitutions in a here-document's text run, as lines; undefined where they can't be read. */
function runInText(text: string): string | undefined {
  if (!/`|\$\(/.test(text)) return '';
  // Quotes are nothing special in it, and don't change what a substitution runs.
  const inner = splitSubstitutions(`"${text.replace(/["']/g, ' ')}"`)?.inner;
  return inner?.every((one) => one !== undefined) ? inner.join('\n') : undefined;
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

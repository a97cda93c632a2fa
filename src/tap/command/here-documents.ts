/** A here-document whose text is still to come: behind the line that it is asked for on. */
export interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: its lines may begin with tabs. */
  readonly isIndented: boolean;
  /** Its delimiter is quoted, so that nothing in its text is run. */
  readonly isLiteral: boolean;
}

const OPERATOR = /<<(-?)[ \t]*((?:'[^'\n]*'|"[^"\n]*"|\\[^\n]|[^\s;&|()<>'"\\`])+)/y;

/** The here-document that begins here, and where its operator ends: `<<EOF`, `<<-'END-OF'`. Undefined where none does. */
export function hereDocumentAt(text: string, at: number): { document: HereDocument; end: number } | undefined {
  OPERATOR.lastIndex = at;
  const [operator = '', dash, word = ''] = OPERATOR.exec(text) ?? [];
  if (operator === '') return undefined;
  const delimiter = word.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, '$1$2$3');
  const isLiteral = /['"\\]/.test(word);
  return { document: { delimiter, isIndented: dash === '-', isLiteral }, end: at + operator.length };
}

/** Where the last line of here-documents ends whose text begins here; undefined where one does not end. */
export function endOfHereDocuments(
  text: string,
  start: number,
  documents: readonly HereDocument[],
): number | undefined {
  let at = start;
  for (const { delimiter, isIndented } of documents) {
    let line: string | undefined;
    while (line !== delimiter) {
      if (at >= text.length) return undefined;
      const end = text.indexOf('\n', at);
      const own = text.slice(at, end === -1 ? text.length : end).replace(/\r$/, '');
      line = isIndented ? own.replace(/^\t+/, '') : own;
      at = end === -1 ? text.length : end + 1;
    }
  }
  return at;
}

import { SUBSTITUTION } from './without-substitutions.ts';

/** One simple command of a shell's command line. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** Its standard output goes into a pipe or a file, so that what is printed in the end is not its own. */
  readonly redirected: boolean;
  /** The file that it reads as its standard input: `< list`. */
  readonly input?: string;
  /** The numbers of the substitutions in its words and its files' names: see `splitSubstitutions`. A word has `_` for each. */
  readonly substitutions?: readonly number[];
  /** The operators and line breaks between it and the command before it, as they stand: `&&`, `||`, `;`, `)||`. */
  readonly after: string;
}

/** What stands before a command of a loop or a condition. */
const KEYWORDS = new Set(['do', 'then', 'else', 'elif', 'if', 'while', 'until', '!']);

const REDIRECTION = /^(?:\d?[<>]&[\d-]|>&|&>>?|\d?>[>|]?|\d?<>?)/;

/** More operators than this between two commands are not read; line breaks in a row count as one. */
const MAX_OPERATORS = 64;

/** The words of a command without a shell's keywords before it. */
export function withoutKeywords(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !KEYWORDS.has(word));
  return at === -1 ? [] : words.slice(at);
}

/** The same without the words in front of it that match, such as assignments. */
export function wordsBehind(words: readonly string[], prefix: RegExp): readonly string[] {
  const own = withoutKeywords(words);
  const at = own.findIndex((word) => !prefix.test(word));
  return at === -1 ? [] : own.slice(at);
}

/**
 * The simple commands of a command line such as `cd /srv && X=1 claude -p 'fix it' 2>&1 | tee log`: enough of a shell's
 * grammar to see which programs it starts. Undefined where it has what only running it would show: a
 * substitution in a word, a here-document, a quote that does not close.
 */
export function shellCommands(text: string): ShellCommand[] | undefined {
  const commands: ShellCommand[] = [];
  let current: { words: string[]; redirected: boolean; input?: string; substitutions?: number[] } = {
    words: [],
    redirected: false,
  };
  let word: string | undefined;
  let after = '';
  // The operator in front of a file's name, which is no word of the command.
  let redirection: string | undefined;
  const endWord = () => {
    if (word === undefined) return;
    const numbers = [...word.matchAll(SUBSTITUTION)].map(([, number]) => Number(number));
    if (numbers.length > 0) current.substitutions = [...(current.substitutions ?? []), ...numbers];
    word = word.replace(SUBSTITUTION, '_');
    if (redirection === undefined) current.words.push(word);
    else if (/^0?<$/.test(redirection)) current.input = word;
    word = undefined;
    redirection = undefined;
  };
  const endCommand = (operator = '') => {
    endWord();
    if (current.words.length > 0) {
      commands.push({ ...current, after });
      after = '';
    }
    if (operator !== '\n' || !after.endsWith('\n')) after += operator;
    current = { words: [], redirected: false };
    redirection = undefined;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    const rest = text.slice(at, at + 4);
    if (after.length > MAX_OPERATORS) return undefined;
    if (char === "'" || char === '"') {
      const quoted = readQuoted(text, at);
      if (!quoted) return undefined;
      word = (word ?? '') + quoted.value;
      at = quoted.end;
    } else if (char === '\\') {
      at += 1;
      if (text[at] !== '\n') word = (word ?? '') + (text[at] ?? '');
    } else if (/\s/.test(char)) {
      if (char === '\n') endCommand(char);
      else endWord();
    } else if (char === '#' && word === undefined) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end - 1;
    } else if (rest.startsWith('<<') || char === '`' || rest.startsWith('$(')) {
      return undefined;
    } else if (REDIRECTION.test(rest)) {
      const operator = REDIRECTION.exec(rest)?.[0] ?? char;
      endWord();
      at += operator.length - 1;
      const isOutput = /^(?:1?>[>|]?|>&|&>>?|1?>&2)$/.test(operator);
      if (isOutput) current.redirected = true;
      if (!/&[\d-]$/.test(operator)) redirection = operator;
    } else if (
      /[;&|(){}]/.test(char) &&
      !(char === '{' && word !== undefined) &&
      !(char === '}' && word !== undefined)
    ) {
      if (char === '|' && text[at + 1] !== '|') current.redirected = true;
      const isDouble = text[at + 1] === char;
      endCommand(isDouble ? char + char : char);
      if (isDouble) at += 1;
    } else {
      word = (word ?? '') + char;
    }
  }
  endCommand();
  return commands;
}

/** A quoted stretch and where its last quote stands; undefined where it does not close or something is put into it. */
function readQuoted(text: string, start: number): { value: string; end: number } | undefined {
  const quote = text[start];
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === quote) return { value, end: at };
    if (quote === '"' && char === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
      at += 1;
      value += text[at];
    } else {
      value += char;
    }
  }
  return undefined;
}

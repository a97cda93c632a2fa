import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from 'unbash';
import { type Shell, UNKNOWN, UNKNOWN_WORDS } from './walk-context.ts';
import type { Way } from './ways.ts';

/** Variables that name others are followed so far. */
const MAX_NAMES = 8;

/** A word's value where a shell is on a way; undefined where only running it would tell. */
export function wordValue(word: Word, way: Way, shell: Shell, depth = 0): string | undefined {
  const home = () => variable('HOME', way, shell, depth);
  if (!word.parts) return /^~(?:\/|$)/.test(word.text) ? withHome(word.value, home()) : word.value;
  const [first, ...rest] = word.parts;
  const start = first?.type === 'Literal' && /^~(?:\/|$)/.test(first.text) ? withHome(first.value, home()) : undefined;
  if (start === undefined) return joined(word.parts, way, shell, depth);
  const others = joined(rest, way, shell, depth);
  return others === undefined ? undefined : start + others;
}

/** The words that a word becomes: `"$@"` is all that a shell was given. What is not known is one unknown word. */
export function wordsOf(word: Word, way: Way, shell: Shell): readonly string[] {
  if (/^"\$(?:\*|\{\*\})"$/.test(word.text)) return [way.args?.join(' ') ?? UNKNOWN];
  if (/^(?:"?\$(?:[@*]|\{[@*]\})"?|\$\{1:?\+"\$@"\})$/.test(word.text)) return way.args ?? [UNKNOWN_WORDS];
  if (/^"?\$\{@:?-[^}]*\}"?$/.test(word.text)) return way.args?.length ? way.args : [UNKNOWN_WORDS];
  const elements = arrayElements(word, shell);
  if (elements) {
    shell.spend(1 + elements.length / 8);
    const { then, rest } = whenSet(arrayNamed(word.text) as string, way, shell);
    return elements.flatMap((one) => wordsOf(one, then, rest));
  }
  const value = wordValue(word, way, shell);
  if (value === undefined) {
    const open =
      (word.parts ?? [])
        .map((part) => openValue(part, way, shell))
        .join('')
        .replace(/\0+/g, UNKNOWN) || UNKNOWN;
    return [open === UNKNOWN && mayBeSeveral(word) ? UNKNOWN_WORDS : open];
  }
  return word.parts?.some(isSplit) ? value.split(/\s+/).filter(Boolean) : [value];
}

/** Whether a word may become several: `$FLAGS`, `"$@"`. One in quotes is one word, such as a prompt. */
const mayBeSeveral = ({ text }: Word): boolean =>
  /^(?:\$|`)/.test(text) || /^"\$(?:[@*]|\{[^}]*[@*][^}]*\})"$/.test(text);

/** The array of which a word is all elements, also where it may be empty: `${ARGS[@]+"${ARGS[@]}"}`. */
const arrayNamed = (text: string): string | undefined =>
  /^"?\$\{([A-Za-z_]\w*)\[[@*]\](?::?\+"\$\{\1\[[@*]\]\}")?\}"?$/.exec(text)?.[1];

/** The words of which an array is made that stands for a word, `"${ARGS[@]}"`; undefined where these are not known, and for any other word. */
function arrayElements({ text }: Word, shell: Shell): readonly Word[] | undefined {
  const name = arrayNamed(text);
  if (name === undefined || shell.isDynamic || shell.isOpen || shell.environment(name) !== undefined) return undefined;
  const own = shell.variables.get(name);
  if (own === undefined) return shell.absent?.has(name) ? [] : undefined;
  if (own === 'many' || own.type !== 'ArrayValue') return undefined;
  const added = shell.appended.get(name) ?? [];
  shell.spend(1 + added.length / 8);
  const all = [own, ...added].flatMap(({ elements }) => elements);
  return all.some((one) => /^\[/.test(one.text)) ? undefined : all;
}

/** Where a variable was set: what a shell was given, and its folder, may have been others, and `A=${A:-b}` reads what was there before. */
function whenSet(name: string, way: Way, shell: Shell): { then: Way; rest: Shell } {
  const variables = new Map(shell.variables);
  variables.delete(name);
  const then = { ...way, args: undefined, ...(name !== 'PATH' && { folder: undefined }) };
  return { then, rest: { ...shell, variables } };
}

/** The same of a part, with what is not known left open: of `cd $DIR && claude`, all but one word. */
function openValue(part: WordPart | DoubleQuotedChild, way: Way, shell: Shell): string {
  const isQuoted = part.type === 'DoubleQuoted' || part.type === 'LocaleString';
  if (isQuoted) return part.parts.map((one) => openValue(one, way, shell)).join('');
  return partValue(part, way, shell, 0) ?? UNKNOWN;
}

/** Whether a word's value, where it is known, is so at any time: what it was given, and not what another line may set. */
export const isExactWord = ({ text, parts }: Word): boolean =>
  !parts || /^(?:"?\$(?:[1-9]|\{[1-9](?::?-[\w./-]*)?\})"?|'[^']*'|"[^"$`\\]*")$/.test(text);

/** Without quotes, a variable may be several words, or none. */
const isSplit = ({ type }: WordPart): boolean => type === 'SimpleExpansion' || type === 'ParameterExpansion';

const withHome = (value: string, home: string | undefined) => (home === undefined ? undefined : home + value.slice(1));

function joined(
  parts: readonly (WordPart | DoubleQuotedChild)[],
  way: Way,
  shell: Shell,
  depth: number,
): string | undefined {
  let value = '';
  for (const part of parts) {
    const own = partValue(part, way, shell, depth);
    if (own === undefined) return undefined;
    value += own;
  }
  return value;
}

function partValue(part: WordPart | DoubleQuotedChild, way: Way, shell: Shell, depth: number): string | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return part.value;
    case 'DoubleQuoted':
    case 'LocaleString':
      return joined(part.parts, way, shell, depth);
    case 'SimpleExpansion':
      return variable(part.text.slice(1), way, shell, depth);
    case 'ParameterExpansion':
      return parameter(part, way, shell, depth);
    case 'CommandExpansion':
      return printed(part.text, way, shell);
    default:
      return undefined;
  }
}

function parameter(
  { parameter: name, prefix, index, operation }: ParameterExpansionPart,
  way: Way,
  shell: Shell,
  depth: number,
): string | undefined {
  if (prefix !== undefined) return undefined;
  const isSource = name === 'BASH_SOURCE' && (index === undefined || index.text === '0');
  const isScript = name === '0' || (isSource && !shell.hasSourced);
  if (isScript && operation?.type === 'Remove' && operation.operator === '%' && operation.operand.text === '/*')
    return shell.home;
  if (index !== undefined) return undefined;
  if (!operation) return variable(name, way, shell, depth);
  if (operation.type !== 'Default') return undefined;
  const isNone = isUnset(name, shell);
  const value = isNone && shell.absent?.has(name) ? undefined : variable(name, way, shell, depth);
  if (value === undefined && !isNone) return undefined;
  const isSet = value !== undefined && (value !== '' || !operation.operator.startsWith(':'));
  if (operation.operator.includes('+')) return isSet ? wordValue(operation.operand, way, shell, depth + 1) : '';
  return isSet ? value : wordValue(operation.operand, way, shell, depth + 1);
}

/** What no profile changes. */
const KEPT = new Set(['HOME', 'USER']);

/** Whether nothing that is seen sets a variable. What is not seen may: `export "$(cat .env)"`. */
const isUnset = (name: string, { variables, environment, isOpen }: Shell): boolean =>
  !isOpen && !SET_BY_SHELL.test(name) && !variables.has(name) && environment(name) === undefined;

const SET_BY_SHELL = /^(?:REPLY|OPT[A-Z]+|BASH.*|RANDOM|SECONDS|[A-Z]*PWD|IFS|MAPFILE)$/;

/** A variable's value; undefined where that is not known, and where nothing that is seen sets it. */
function variable(name: string, way: Way, shell: Shell, depth: number): string | undefined {
  if (name === '0') return shell.self;
  if (/^[1-9]$/.test(name)) return way.args && (way.args[Number(name) - 1] ?? '');
  if (!/^[A-Za-z_]\w*$/.test(name) || depth > MAX_NAMES) return undefined;
  if (name === 'PWD') return way.folder;
  shell.spend(1);
  const own = shell.variables.get(name);
  const outer = shell.isOpen && !KEPT.has(name) ? 'unknown' : shell.environment(name);
  if (own === undefined && shell.absent?.has(name) && isUnset(name, shell)) return '';
  if (own === undefined) return outer === 'unknown' ? undefined : outer;
  if (own === 'many' || own.type === 'ArrayValue' || shell.isDynamic) return undefined;
  const { then, rest } = whenSet(name, way, shell);
  const value = wordValue(own, then, rest, depth + 1);
  // Where the line that sets it was not run, it is what it was.
  return outer === undefined || outer === 'unknown' || outer === value || name === 'PATH' ? value : undefined;
}

const SCRIPT = String.raw`"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})"?`;
/** `$(dirname "$0")`, or with the links resolved. */
const DIRNAME = String.raw`dirname\s+(?:--\s+)?(?:${SCRIPT}|"?\$\(\s*(?:readlink -f|realpath)\s+(?:--\s+)?${SCRIPT}\s*\)"?)`;
const QUIETLY = String.raw`(?:&?>\s*/dev/null\s*(?:2>&1)?\s*)?`;
const FOLDER_OF_SCRIPT = new RegExp(
  String.raw`^\$\(\s*(?:${DIRNAME}|cd\s+(?:-P\s+|--\s+)*"?\$\(\s*${DIRNAME}\s*\)(?:/\.)?"?\s*${QUIETLY}&&\s*pwd(?:\s+-P)?)\s*\)$`,
);

/** What the substitutions print that scripts find their own folder with, and a program's place. */
function printed(text: string, way: Way, shell: Shell): string | undefined {
  if (FOLDER_OF_SCRIPT.test(text)) return shell.hasSourced && text.includes('BASH_SOURCE') ? undefined : shell.home;
  if (/^\$\(\s*pwd\s*\)$/.test(text)) return way.folder;
  return /^\$\(\s*(?:command -v|which)\s+([\w.-]+)\s*\)$/.exec(text)?.[1];
}

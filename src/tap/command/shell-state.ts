import { type Block, isCertain, type Standing } from './blocks-around.ts';
import { type ShellCommand, withoutKeywords } from './shell-commands.ts';
import { type ScriptFiles, unknownFolder } from './shell-line.ts';

/** What decides, where a command of a shell's line is run, which script or program its words name. */
export interface ShellState {
  /** The files of its folder. */
  readonly files: ScriptFiles;
  /** The folder of the script that it stands in: `$(dirname "$0")`. */
  readonly home?: ScriptFiles | undefined;
  /** What `"$@"` may hold. Empty where that is not known. */
  readonly given: readonly (readonly string[])[];
  /** It stands behind other commands, which may write files. */
  readonly isLater: boolean;
  /** `PATH` is set: which program a name is of is not known, unless it was there before. */
  readonly isPathSet: boolean;
  /** Functions that its lines define. */
  readonly functions: ReadonlySet<string>;
}

/** What a shell runs itself. */
const BUILTINS = new Set(
  'alias bg bind break builtin caller cd command compgen complete continue declare dirs disown do done echo elif else enable esac eval exec'
    .concat(
      ' exit export false fc fg fi for function getopts hash help history if in jobs kill let local logout mapfile popd printf',
    )
    .concat(
      ' pushd pwd read readarray readonly return select set shift shopt source suspend test then time times trap true type typeset',
    )
    .concat(' ulimit umask unalias unset until wait while case : . [ [[ ! ]]')
    .split(' '),
);

/** Whether a program that is not found may be anything: `PATH=bin:$PATH; my-agent`. */
export function mayBeAny(program: string, { files, isPathSet, functions }: ShellState): boolean {
  if (!isPathSet || !/^[\w.+-]+$/.test(program) || BUILTINS.has(program) || functions.has(program)) return false;
  return files.lacks(program) === 'none';
}

/** The names of the functions that a line defines: `name() {`, `function name {`. */
export function functionsOf(commands: readonly ShellCommand[]): string[] {
  return commands.flatMap(({ words: [first = '', second = ''] }, at) => {
    if (first === 'function') return [second];
    return commands[at + 1]?.after.startsWith('()') ? [first] : [];
  });
}

/** @param files those of the folder where a command is run */
export const stateOf = (files: ScriptFiles): ShellState => ({
  files,
  given: [],
  isLater: false,
  isPathSet: false,
  functions: new Set(),
});

/** More alternatives than this of what a script's words may be are not followed. */
const MOST_GIVEN = 4;

const ALL_WORDS = /^\$(?:[@*]|\{[@*]\})$/;
const ONE_WORD = /^\$(?:([1-9])|\{([1-9])\})$/;

/** A command's words with those that the script was given in the place of `"$@"` and `$1`: each way they may be. Itself alone where that is not known. */
export function withGiven(
  words: readonly string[],
  { given }: ShellState,
  blocks: readonly Block[],
): readonly (readonly string[])[] {
  const isOpen = words.some((word) => ALL_WORDS.test(word) || ONE_WORD.test(word));
  // A line is all of them in one, and a function has words of its own.
  const isLine = /^-\w*c$/.test(words[words.findIndex((word) => ALL_WORDS.test(word)) - 1] ?? '');
  if (!isOpen || isLine || given.length === 0 || blocks.includes('function')) return [words];
  return given.map((own) =>
    words.flatMap((word) => {
      if (ALL_WORDS.test(word)) return own;
      const [, plain, braced] = ONE_WORD.exec(word) ?? [];
      const number = plain ?? braced;
      return number === undefined ? [word] : (own[Number(number) - 1] ?? []);
    }),
  );
}

/**
 * What holds behind a command.
 *
 * @param commands those of its line
 * @param at where among them it stands
 * @param standing the same, as to blocks
 * @param inner what the first substitution of its words runs
 */
export function stateBehind(
  state: ShellState,
  commands: readonly ShellCommand[],
  at: number,
  standing: Standing,
  inner: string | undefined,
): ShellState {
  const [name = '', ...rest] = withoutKeywords(commands[at]?.words ?? []);
  const isRun = isCertain(commands, at, standing);
  const isPathSet = state.isPathSet || commands[at]?.words.some((word) => word.startsWith('PATH=')) === true;
  const later = { ...state, isLater: true, isPathSet };
  if (name === 'cd') {
    const folder = isRun ? folderNamed(state, rest, inner) : undefined;
    return { ...later, files: folder ?? unknownFolder(state.files) };
  }
  if (name === 'pushd' || name === 'popd') return { ...later, files: unknownFolder(state.files) };
  const set = name === 'set' ? wordsSet(rest) : undefined;
  if (name === 'shift' || set) {
    if (standing.blocks.includes('function')) return later;
    const isAgain = standing.blocks.includes('loop') || !standing.isKnown;
    const next = isAgain ? [] : set ? setTo(state, set) : shifted(state, rest);
    const given = isRun || next.length === 0 ? next : [...state.given, ...next];
    return { ...later, given: given.length > MOST_GIVEN || state.given.length === 0 ? (isRun ? next : []) : given };
  }
  return later;
}

function folderNamed({ files, home }: ShellState, words: readonly string[], inner?: string): ScriptFiles | undefined {
  const [folder = '~', ...others] = words.filter((word) => !/^-./.test(word) && word !== '--');
  if (others.length > 0) return undefined;
  if (folder === '_' && /^\s*dirname\s+(?:--\s+)?"?\$(?:0|\{?BASH_SOURCE)/.test(inner ?? '')) return home;
  return /[$~*?[]|^[-_]/.test(folder) ? undefined : files.within(folder);
}

const shifted = ({ given }: ShellState, [count = '1']: readonly string[]) =>
  /^\d+$/.test(count) ? given.map((words) => words.slice(Number(count))) : [];

/** The words that `set` sets: of `set -o pipefail -- claude "$@"`, those behind `--`. Undefined where it only sets options. */
function wordsSet(words: readonly string[]): readonly string[] | undefined {
  let at = 0;
  while (/^[-+]\w/.test(words[at] ?? '')) at += words[at]?.includes('o') ? 2 : 1;
  if (words[at] === '--') return words.slice(at + 1);
  return at < words.length ? words.slice(at) : undefined;
}

function setTo(state: ShellState, words: readonly string[]): readonly (readonly string[])[] {
  const isOpen = words.some((word) => ALL_WORDS.test(word));
  return isOpen && state.given.length === 0 ? [] : withGiven(words, state, []);
}

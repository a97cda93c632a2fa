import { resolve } from 'node:path';
import { forEachChild, type SyntaxNode } from 'unbash';
import { optionsSet, printsCommands } from '../shell-call.ts';
import { pathAt } from './program-file.ts';
import { PRINT_SETTINGS, SETTINGS_FILE } from './programs.ts';
import { runInline } from './run-script.ts';
import { type At, heard, isOpen, isUnknown, unread, type Walk } from './walk-context.ts';
import { distinct, ended, endedAnyhow, mayBeWritten, type Way } from './ways.ts';

/** What a shell does itself: the ways behind it. */
type Builtin = (walk: Walk, words: readonly string[], way: Way, at: At) => Way[];

const well: Builtin = (_walk, _words, way) => [ended(way, true)];
const anyhow: Builtin = (_walk, _words, way) => endedAnyhow(way);
const told: Builtin = (walk, _words, way, at) => [ended(heard(walk, way, at, true), true)];
/** What prints what is set where it is given no more to do. */
const lists: Builtin = (walk, [, ...words], way, at) =>
  endedAnyhow(words.length === 0 || words.some((word) => /^-\w*p/.test(word)) ? heard(walk, way, at, true) : way);

/** `[ "$1" = agent ]`, where both are known for certain. */
const test: Builtin = (_walk, words, way, at) => {
  const [first = '', operator, third = ''] = words.slice(1, words[0] === '[' ? -1 : undefined);
  const isKnown = at.isExact && !words.some(isOpen);
  if (isKnown && words.length === (words[0] === '[' ? 5 : 4)) {
    if (operator === '=' || (operator === '==' && !at.shell.isPosix)) return [ended(way, first === third)];
    if (operator === '!=') return [ended(way, first !== third)];
  }
  return endedAnyhow(way);
};

/** It may run a line for some of what it reads. */
const mapfile: Builtin = (walk, words, way) =>
  words.some((word) => /^-\w*C/.test(word)) ? unread(walk, way) : endedAnyhow(way);

/** Ends a shell or a function, as its last command did where no code says how. */
function leave([, code]: readonly string[], way: Way, into: Way[]): Way[] {
  if (code === undefined) into.push(way);
  else into.push(...(/^\d+$/.test(code) ? [ended(way, Number(code) % 256 === 0)] : endedAnyhow(way)));
  return [];
}

const cd: Builtin = (walk, [, ...words], way) => {
  const [to] = words.filter((word) => !/^-[LPe@]+$/.test(word) && word !== '--');
  const failed = ended(way, false);
  if (to === undefined || isOpen(to) || to === '-') return [ended({ ...way, folder: undefined }, true), failed];
  if (!to.startsWith('/') && way.folder === undefined) return [ended(way, true), failed];
  const folder = resolve(way.folder ?? '/', to);
  if (walk.files.isFolder(folder)) return [ended({ ...way, folder }, true), failed];
  // It may be made before.
  return [ended({ ...way, folder: undefined }, true), failed];
};

const folderUnknown: Builtin = (_walk, _words, way) => [ended({ ...way, folder: undefined }, true), ended(way, false)];

const set: Builtin = (walk, [, ...words], before, at) => {
  if (words.some((word) => /^-\w*E/.test(word) || word === 'errtrace')) at.shell.isErrTraced = true;
  if (words.some((word) => /^-\w*u/.test(word) || word === 'nounset')) at.shell.mayStop = true;
  const isPrinted = words.length === 0 || printsCommands(words);
  const way = isPrinted ? heard(walk, before, at) : before;
  if (words.some(isOpen) && !words.includes('--')) {
    const oks = [true, false].flatMap((errexit) => [true, false].map((pipefail) => ({ errexit, pipefail })));
    return oks.map((options) => ended({ ...way, ...options, args: undefined }, true));
  }
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const first = options.findIndex((word, at) => !/^[-+]/.test(word) && !/^[-+]\w*o$/.test(options[at - 1] ?? ''));
  const args = end !== -1 ? words.slice(end + 1) : first !== -1 ? words.slice(first) : undefined;
  const known = at.isLoose ? undefined : args;
  const next = optionsSet(way, first === -1 ? options : options.slice(0, first));
  const done = ended({ ...way, ...next, args: args === undefined ? way.args : known && walk.same(known) }, true);
  // A shell that does not have it ends.
  if (options.includes('pipefail')) at.shell.exits.push(ended(way, false));
  return [done];
};

const shift: Builtin = (walk, [, count = '1'], way) => {
  if (way.args === undefined) return [ended(way, true)];
  if (!/^\d+$/.test(count)) return [ended({ ...way, args: undefined }, true)];
  if (way.args.length < Number(count)) return [ended(way, false)];
  return [ended({ ...way, args: walk.same(way.args.slice(Number(count))) }, true)];
};

const shopt: Builtin = (walk, [, ...words], before, at) => {
  if (words.includes('nocasematch')) at.shell.isLenient = true;
  const isUnset = words.some((word) => /^-\w*u/.test(word));
  const isSet = words.some((word) => /^-\w*s/.test(word));
  const way = isSet && printsCommands(words) ? heard(walk, before, at) : before;
  const named = words.filter((word) => !word.startsWith('-')).flatMap((word) => [isUnset ? '+o' : '-o', word]);
  return isSet || isUnset ? [ended({ ...way, ...optionsSet(way, named) }, true)] : endedAnyhow(way);
};

const evaluate: Builtin = (walk, [, ...words], way, at) => {
  const text = words.join(' ');
  if (!isUnknown(text)) return runInline(walk, text, [ended(way, true)], at, false);
  if (!printsSettings(at.node)) return unread(walk, way);
  at.shell.isOpen = true;
  return endedAnyhow(way);
};

/** Whether a command's only argument is what a program prints to set variables: `eval "$(ssh-agent)"`. */
function printsSettings(node: unknown): boolean {
  const names: (string | undefined)[] = [];
  const look = (one: SyntaxNode, isIn: boolean) => {
    if (one.type === 'Command' && isIn) names.push(one.name?.value);
    const isScript = one.type === 'CommandExpansion';
    forEachChild(one, (child) => look(child, isIn || isScript));
  };
  look(node as SyntaxNode, false);
  return names.length > 0 && names.every((name) => PRINT_SETTINGS.has(name?.split('/').at(-1) ?? ''));
}

const source: Builtin = (walk, [command, path, ...words], way, at) => {
  const settings = () => {
    at.shell.isOpen = true;
    return endedAnyhow(way);
  };
  if (path === undefined) return [ended(way, false)];
  if (isOpen(path) || path.startsWith('/dev/')) return unread(walk, way);
  const onPath = path.includes('/') ? 'none' : walk.files.find(path, way.folder, pathAt(way, at));
  const name = path.includes('/') ? path : `./${path}`;
  const found = onPath === 'none' ? walk.files.find(name, way.folder, undefined) : onPath;
  const isWritten = mayBeWritten(way, name.split('/').at(-1) as string);
  if (typeof found === 'string' || isWritten) {
    if (SETTINGS_FILE.test(path)) return settings();
    // A shell of POSIX ends where it is missing.
    return found === 'none' && !isWritten && !way.isHeard ? [ended(way, false)] : unread(walk, way);
  }
  // Shells differ in what it is given then, and in whether it may change that for good.
  const args = words.length > 0 ? undefined : way.args;
  const read = runInline(walk, found.text, [{ ...ended(way, true), args }], at, true);
  // Not every shell knows it by this name.
  const ends = at.shell.isPosix && command === 'source' ? [...read, ended(way, false)] : read;
  return ends;
};

const trap: Builtin = (walk, [, action, ...signals], way, at) => {
  if (action === '--') return trap(walk, ['trap', ...signals], way, at);
  if (action === undefined || action === '-' || action === '' || signals.length === 0) return [ended(way, true)];
  at.shell.isTrapped = true;
  // One for each command prints before the agent too.
  const next = signals.includes('DEBUG') ? heard(walk, way, at) : way;
  if (isUnknown(action)) {
    walk.finding.trapWorks = true;
    return [ended(next, true)];
  }
  const { finding } = walk;
  const { follows } = finding;
  finding.follows = false;
  const exits: Way[] = [];
  // It may be sprung behind a failure, and what it prints comes last.
  const there = {
    ...at,
    shell: { ...at.shell, exits },
    loops: [],
    returns: at.returns && exits,
    voice: 'relay' as const,
  };
  runInline(walk, action, [{ ...way, agent: 'failed', errexit: false }], there, false);
  finding.trapWorks ||= finding.follows;
  finding.follows = follows;
  return [ended(next, true)];
};

const alias: Builtin = (walk, [, ...words], way) => {
  // Its name runs what is not read as its own words.
  const isPlain = words.every((word) => /^\w[\w-]*=['"]?(?:ls|l?grep|e?grep|cd|git|rm|cp|mv)\b/.test(word));
  return words.length === 0 || isPlain ? [ended(way, true)] : unread(walk, way);
};

const leaveLoop =
  (kind: 'breaks' | 'continues'): Builtin =>
  (_walk, [, count = '1'], way, { loops }) => {
    if (loops.length === 0) return [ended(way, true)];
    const some = /^[1-9]$/.test(count) ? loops.slice(-Number(count)).slice(0, 1) : loops;
    for (const loop of some) loop[kind].push(ended(way, true));
    return [];
  };

const SILENT = ': true';
const LISTS = 'export local declare typeset readonly';
const OPEN =
  'sleep unset umask ulimit hash bind enable times disown bg complete compopt unalias read getopts wait let jobs type fg compgen caller help history dirs';

/** What a shell does itself, by name. `exec`, `command` and `builtin` are programs around programs. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...SILENT.split(' ').map((name): [string, Builtin] => [name, well]),
  ...LISTS.split(' ').map((name): [string, Builtin] => [name, lists]),
  ...OPEN.split(' ').map((name): [string, Builtin] => [name, anyhow]),
  ['test', test],
  ['[', test],
  ['false', (_walk, _words, way) => [ended(way, false)]],
  ['echo', told],
  ['printf', (walk, words, way, at) => told(walk, words, way, at).flatMap(endedAnyhow)],
  ['pwd', told],
  ['exit', (_walk, words, way, at) => leave(words, way, at.shell.exits)],
  ['logout', (_walk, words, way, at) => leave(words, way, at.shell.exits)],
  ['return', (_walk, words, way, at) => (at.returns ? leave(words, way, at.returns) : endedAnyhow(way))],
  ['break', leaveLoop('breaks')],
  ['continue', leaveLoop('continues')],
  ['cd', cd],
  ['pushd', folderUnknown],
  ['popd', folderUnknown],
  ['set', set],
  ['shift', shift],
  ['shopt', shopt],
  ['eval', evaluate],
  ['mapfile', mapfile],
  ['readarray', mapfile],
  ['source', source],
  ['.', source],
  ['trap', trap],
  ['alias', alias],
]);

/** The ways behind several outcomes, each once. */
export const together = (...ways: readonly (readonly Way[])[]): Way[] => distinct(ways.flat());

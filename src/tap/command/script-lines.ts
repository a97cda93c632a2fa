import { baseName, type ScriptFiles, type ShellLine } from './shell-line.ts';

export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);

/** A script, or a line, that is not known before it runs; `isMissing`: no file is there, unless another command writes it. */
export interface UnreadLine {
  readonly unread: 'open' | 'missing';
}

/** Whether a word is known only when it is expanded. */
export const isOpen = (word: string): boolean => /[$`]|^_(?:\/|$)/.test(word);

/** Long options of a shell; with true those that take a value. */
const LONG_OPTIONS: ReadonlyMap<string, boolean> = new Map([
  ...['rcfile', 'init-file'].map((name): [string, boolean] => [`--${name}`, true]),
  ...['norc', 'noprofile', 'posix', 'login', 'verbose', 'restricted', 'rcs', 'no-rcs'].map(
    (name): [string, boolean] => [`--${name}`, false],
  ),
]);

/**
 * What a shell is told to run by the words behind its name: a line, `bash -c -e 'line' sh a b`, or a script, `bash -e run.sh a b`. Undefined where it
 * reads its input, and without files where it is given a script.
 */
export function shellCall(words: readonly string[], files?: ScriptFiles): ShellLine | UnreadLine | undefined {
  let at = 0;
  let letters = '';
  let isKnown = true;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    if (!/^[-+]/.test(word)) break;
    if (/^--?$/.test(word)) {
      at += 1;
      break;
    }
    if (word.startsWith('--')) {
      isKnown &&= LONG_OPTIONS.has(word);
      at += LONG_OPTIONS.get(word) ? 1 : 0;
      continue;
    }
    if (word.startsWith('-')) letters += word;
    at += /[oO]/.test(word) ? 1 : 0;
  }
  const flags = words.slice(0, at).filter((word) => word !== '--');
  const [first, ...args] = words.slice(at);
  if (first === undefined) return undefined;
  if (files && !isKnown) return { unread: 'open' };
  if (letters.includes('c'))
    return files && /^\s*(?:_|\$[\w@*]+|\$\{[\w@*]+\})\s*$/.test(first)
      ? { unread: 'open' }
      : { line: first, flags, args: args.slice(1) };
  if (!files || letters.includes('s')) return undefined;
  const found = scriptAt(first, files);
  return 'unread' in found ? found : { line: found.text, flags, file: found.home, args };
}

/** A script that a shell runs within itself, as its line: `source ./run.sh`. */
export function sourcedScript(
  [path, ...args]: readonly string[],
  files: ScriptFiles,
): ShellLine | UnreadLine | undefined {
  if (path === undefined) return undefined;
  const found = scriptAt(path, files);
  return 'unread' in found ? found : { line: found.text, isSourced: true, ...(args.length > 0 && { args }) };
}

/** The script at a path that a shell reads, where a name is looked for in the folder first. */
function scriptAt(path: string, files: ScriptFiles): UnreadLine | NonNullable<ReturnType<ScriptFiles['script']>> {
  const plain = path.replace(/^\$(?:PWD|\{PWD\})\//, './');
  if (isOpen(plain)) return { unread: 'open' };
  const name = plain.includes('/') ? plain : `./${plain}`;
  return files.script(name) ?? { unread: files.lacks(name) === 'none' ? 'missing' : 'open' };
}

/** The words of the shell that a script begins with, its name first; undefined where it begins with none. */
export function shellOf(text: string): readonly string[] | undefined {
  const [, line = ''] = /^#!([^\n]*)/.exec(text) ?? [];
  const [first = '', ...rest] = line.trim().split(/\s+/);
  const words = baseName(first) === 'env' ? rest.filter((word) => word !== '-S') : [first, ...rest];
  return SHELLS.has(baseName(words[0] ?? '')) ? words : undefined;
}

/** Files of other languages, which a shell is not asked to run. */
const OTHER_FILES = /\.(?:py|[cm]?[jt]sx?|rb|pl|php|lua|go|java|jar|exe|fish|awk)$/;

/**
 * A program that is a script of a shell, as its line: `./run.sh`. A text that names no interpreter is one too, as shells and
 * `execvp` take it, unless its name is that of another language's file.
 */
export function shellScript(
  [program = '', ...args]: readonly string[],
  files: ScriptFiles,
): ShellLine | UnreadLine | undefined {
  const plain = program.replace(/^\$(?:PWD|\{PWD\})\//, './');
  if (isOpen(plain)) return plain.includes('/') ? { unread: 'open' } : undefined;
  const found = files.script(plain);
  if (!found) {
    const lack = files.lacks(plain);
    if (lack === 'none') return plain.includes('/') ? { unread: 'missing' } : undefined;
    return lack === 'unread' ? { unread: 'open' } : undefined;
  }
  const shell = shellOf(found.text);
  const isPlain = !found.text.startsWith('#!') && !OTHER_FILES.test(baseName(plain));
  return shell || isPlain ? { line: found.text, flags: shell?.slice(1) ?? [], file: found.home, args } : undefined;
}

/** How a runner of packages names a script: behind these words, or, where `bare` holds, by the name alone. */
const RUNNERS: Readonly<Record<string, (name: string) => boolean>> = {
  npm: (name) => /^(?:start|stop|test|t|tst|restart)$/.test(name),
  pnpm: () => true,
  yarn: () => true,
  bun: () => false,
};
const VERBS = new Set(['run', 'run-script', 'rum', 'urn']);
const FOLDERS = new Set(['--prefix', '-C', '--dir', '--cwd']);

/** The script of a `package.json` that a command runs, with those before and after it, as one line: `npm run agent -- --model x`. */
export function packageScript(words: readonly string[], files: ScriptFiles): ShellLine | UnreadLine | undefined {
  const name = baseName(words[0] ?? '');
  const isBare = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  if (!isBare) return undefined;
  let here = files;
  let at = 1;
  let isVerb = false;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    const [option = '', value] = word.split('=', 2);
    if (FOLDERS.has(option)) {
      here = here.within(value ?? words[at + 1] ?? '.');
      if (value === undefined) at += 1;
    } else if (VERBS.has(word) && !isVerb) isVerb = true;
    else if (!word.startsWith('-')) break;
  }
  const asked = words[at] ?? '';
  const script = asked === 't' || asked === 'tst' ? 'test' : asked;
  if (here.isUnknown && (isVerb || (name === 'npm' && isBare(script)))) return { unread: 'open' };
  const found = isVerb || isBare(script) ? here.packageScripts() : undefined;
  const own = found && Object.hasOwn(found.scripts, script) ? found.scripts[script] : undefined;
  if (!found || own === undefined) return undefined;
  const given = words.slice(at + 1).filter((word, index) => !(index === 0 && word === '--'));
  const line = [own, ...given.map(quoted)].join(' ');
  const around = (prefix: string) =>
    Object.hasOwn(found.scripts, prefix + script) ? found.scripts[prefix + script] : '';
  const parts = [around('pre'), line, around('post')].filter(Boolean);
  return {
    line: parts.length === 1 ? line : parts.map((part) => `(${part})`).join(' &&\n'),
    file: found.home,
    folder: found.home,
  };
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

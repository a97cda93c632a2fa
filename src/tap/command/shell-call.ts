/** The name of a program by its path. */
export function baseName(path: string): string {
  const name = path.replaceAll('\\', '/').split('/').at(-1) ?? path;
  return name.replace(/\.(?:exe|cmd)$/i, '');
}

export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);

/** What a shell is told to run by the words behind its name. */
export interface ShellCall {
  readonly options: ShellOptions;
  /** A login shell, which reads its profile first. */
  readonly isLogin: boolean;
  /** It prints what it runs, or complains that it has no terminal, before that: `bash -x`, `bash -i`. */
  readonly isLoud: boolean;
  /** `line`: it is given one · `script`: it reads that file · undefined: it reads its input. */
  readonly line?: string;
  readonly script?: string;
  /** What it is given as `"$@"`. */
  readonly args: readonly string[];
}

/** The options of a shell that decide what a failure ends. */
export interface ShellOptions {
  /** `set -e`: a command that fails ends the shell. */
  readonly errexit: boolean;
  /** `set -o pipefail`: a pipe fails where any of its commands does. */
  readonly pipefail: boolean;
}

/** Long options of a shell; with true those that take a value. */
const LONG_OPTIONS: ReadonlyMap<string, boolean> = new Map([
  ...['norc', 'noprofile', 'posix', 'login', 'verbose', 'restricted', 'rcs', 'no-rcs'].map(
    (name): [string, boolean] => [`--${name}`, false],
  ),
]);

/**
 * Reads the words behind a shell's name: `bash -lc -e 'line' sh a b`, `bash -e run.sh a b`. Undefined where an option is not known: it
 * may take a value.
 */
export function shellCall(words: readonly string[]): ShellCall | undefined {
  let at = 0;
  let letters = '';
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    if (!/^[-+]/.test(word)) break;
    if (/^--?$/.test(word)) {
      at += 1;
      break;
    }
    if (word.startsWith('--')) {
      const isValued = LONG_OPTIONS.get(word);
      if (isValued === undefined) return undefined;
      at += isValued ? 1 : 0;
      continue;
    }
    if (word.startsWith('-')) letters += word;
    at += /[oO]/.test(word) ? 1 : 0;
  }
  const flags = words.slice(0, at);
  const options = optionsSet({ errexit: false, pipefail: false }, flags);
  const isLogin = letters.includes('l') || letters.includes('i') || flags.includes('--login');
  const [first, ...args] = words.slice(at);
  const isLoud = printsCommands(flags) || letters.includes('i');
  const own = { options, isLogin, isLoud };
  if (first === undefined) return { ...own, args: [] };
  if (letters.includes('c')) return { ...own, line: first, args: args.slice(1) };
  if (letters.includes('s')) return { ...own, args: words.slice(at) };
  return { ...own, script: first, args };
}

/** A shell's options behind words such as `-euo pipefail` or `+e`. */
export function optionsSet(before: ShellOptions, words: readonly string[]): ShellOptions {
  let { errexit, pipefail } = before;
  for (const [index, word] of words.entries()) {
    if (word === '--') break;
    if (!/^[-+]\w/.test(word) || word.startsWith('--')) continue;
    const isOn = word.startsWith('-');
    const name = word.endsWith('o') ? words[index + 1] : undefined;
    if (/^[-+]\w*e/.test(word) || name === 'errexit') errexit = isOn;
    if (name === 'pipefail') pipefail = isOn;
  }
  return { errexit, pipefail };
}

/** Whether a shell's options let it print each command, or line, before it is run: `-x`, `-o xtrace`, `--verbose`. */
export const printsCommands = (words: readonly string[]): boolean =>
  words
    .slice(0, words.includes('--') ? words.indexOf('--') : undefined)
    .some((word) => /^-\w*[vx]|^(?:--)?verbose$|^xtrace$/.test(word));

/** The words of the shell that a script begins with, its name first, also behind other programs: `#!/usr/bin/env -S bash -e`. Undefined where it begins with none. */
export function shellOf(text: string): readonly string[] | undefined {
  const [, line = ''] = /^#!([^\n]*)/.exec(text) ?? [];
  const nix = /^#!\s*nix-shell\b.*\s-i\s+(\S+)/m.exec(text)?.[1];
  const words = nix
    ? [nix]
    : line
        .trim()
        .split(/\s+/)
        .map((word) => word.replace(/^-S(?=.)/, ''));
  const at = words.findIndex((word) => isShell(baseName(word)));
  return at === -1 ? undefined : words.slice(at);
}

const isShell = (name: string): boolean => SHELLS.has(name) || /^(?:rbash|r?bash-[\d.]+)$/.test(name);

/** Files of other languages, which a shell is not asked to run. */
const OTHER_FILES = /\.(?:py|[cm]?[jt]sx?|rb|pl|php|lua|go|java|jar|exe|fish|awk)$/;

/** Whether a file is named as scripts of shells are. */
export const isScriptName = (name: string): boolean => /\.(?:sh|bash|zsh|ksh)$/.test(name);

/** Whether a text is a shell's script: it names one, or names nothing, as shells and `execvp` take it. */
export const isShellText = (text: string, name: string): boolean =>
  shellOf(text) !== undefined || (!text.startsWith('#!') && !OTHER_FILES.test(name));

import { baseName, type ScriptFiles, type ShellLine } from './shell-line.ts';

export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);

/** Options of a shell that take a value. */
const VALUED = /^(?:[-+][a-zA-Z]*[oO]|--rcfile|--init-file)$/;

/** The script that a shell was given, as its line: `bash -e run.sh`. Undefined where it was given none, or none that can be read. */
export function givenScript(words: readonly string[], files: ScriptFiles): ShellLine | undefined {
  let at = 0;
  while (/^[-+]./.test(words[at] ?? '') && words[at] !== '--') at += VALUED.test(words[at] as string) ? 2 : 1;
  const path = words[words[at] === '--' ? at + 1 : at];
  // A name is looked for in the folder first.
  const found = path === undefined ? undefined : files.script(path.includes('/') ? path : `./${path}`);
  return found && { line: found.text, flags: words.slice(0, at), file: found.home };
}

/** A script that a shell runs within itself, as its line: `source ./run.sh`. */
export function sourcedScript([path]: readonly string[], files: ScriptFiles): ShellLine | undefined {
  const found = path === undefined ? undefined : files.script(path.includes('/') ? path : `./${path}`);
  return found && { line: found.text, isSourced: true };
}

/** The words of the shell that a script begins with, its name first; undefined where it begins with none. */
export function shellOf(text: string): readonly string[] | undefined {
  const [, line = ''] = /^#!([^\n]*)/.exec(text) ?? [];
  const [first = '', ...rest] = line.trim().split(/\s+/);
  const words = baseName(first) === 'env' ? rest.filter((word) => word !== '-S') : [first, ...rest];
  return SHELLS.has(baseName(words[0] ?? '')) ? words : undefined;
}

/**
 * A program that is a script of a shell, as its line: `./run.sh`. A text that names no interpreter is one too, as shells and
 * `execvp` take it, unless its name is that of another language's file.
 */
export function shellScript(program: string, files: ScriptFiles): ShellLine | undefined {
  const found = files.script(program);
  if (!found) return undefined;
  const shell = shellOf(found.text);
  const isPlain = !found.text.startsWith('#!') && /^[^.]+$|\.(?:sh|bash|zsh|dash|ksh)$/.test(baseName(program));
  return shell || isPlain ? { line: found.text, flags: shell?.slice(1) ?? [], file: found.home } : undefined;
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
export function packageScript(words: readonly string[], files: ScriptFiles): ShellLine | undefined {
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
  const found = isVerb || isBare(script) ? here.packageScripts() : undefined;
  const own = found && Object.hasOwn(found.scripts, script) ? found.scripts[script] : undefined;
  if (!found || own === undefined) return undefined;
  const given = words.slice(at + 1).filter((word, index) => !(index === 0 && word === '--'));
  const line = [own, ...given.map(quoted)].join(' ');
  const around = (prefix: string) =>
    Object.hasOwn(found.scripts, prefix + script) ? found.scripts[prefix + script] : '';
  const parts = [around('pre'), line, around('post')].filter(Boolean);
  return { line: parts.length === 1 ? line : parts.map((part) => `(${part})`).join(' &&\n'), file: found.home };
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

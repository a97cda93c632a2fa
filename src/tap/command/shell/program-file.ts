import { delimiter } from 'node:path';
import { baseName, isShellText, optionsSet, printsCommands, shellOf } from '../shell-call.ts';
import { runInShell } from './run-script.ts';
import { type At, heard, isOpen, type Walk } from './walk-context.ts';
import type { Way } from './ways.ts';
import { wordValue } from './word-values.ts';

export interface ScriptText {
  readonly text: string;
  readonly home: string;
}

/** Runs the file of a program, a script of a shell. */
export function runProgramFile(
  walk: Walk,
  [called = '', ...args]: readonly string[],
  { text, home }: ScriptText,
  way: Way,
  at: At,
): Way[] {
  const [shell = 'sh', ...flags] = shellOf(text) ?? [];
  const options = optionsSet({ errexit: false, pipefail: false }, flags);
  const isPosix = /^(?:sh|dash|ash)$/.test(baseName(shell));
  const before = printsCommands(flags) ? heard(walk, way, at) : way;
  const name = baseName(called);
  return runInShell(walk, { text, home, name, args: at.isLoose ? undefined : args, options, isPosix }, before, at);
}

/**
 * What stands in the place of a program that is known by its name: a script that the command itself puts there, or before it in `PATH`.
 * `unread` where it can't be read; undefined where it is the program.
 */
export function scriptInstead(walk: Walk, name: string, way: Way, at: At): ScriptText | 'unread' | undefined {
  if (name.includes('/')) return undefined;
  // Of a bare name only a file of that very name is meant: nearly anything may be written by then.
  if (way.written.includes(`/${name}/`)) return 'unread';
  const path = pathAt(way, at);
  if (path === undefined || path === walk.path) return undefined;
  const found = walk.files.find(name, way.folder, path);
  const isOwn = typeof found !== 'string' && isShellText(found.text, name);
  return isOwn && !walk.path?.split(delimiter).includes(found.home) ? found : undefined;
}

/** The folders in which a shell looks for programs; undefined where they are not known. */
export function pathAt(way: Way, { shell, path }: At): string | undefined {
  if (path !== undefined) return isOpen(path) ? undefined : path;
  return wordValue({ type: 'Word', text: '$PATH', value: '$PATH', pos: 0, end: 5, parts: [PATH] }, way, shell);
}

const PATH = { type: 'SimpleExpansion', text: '$PATH', pos: 0, end: 5 } as const;

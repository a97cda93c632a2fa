import { baseName, optionsSet, shellOf } from '../shell-call.ts';
import { runInShell } from './run-script.ts';
import { type At, isOpen, type Walk } from './walk-context.ts';
import type { Way } from './ways.ts';
import { wordValue } from './word-values.ts';

export interface ScriptText {
  readonly text: string;
  readonly home: string;
}

/** Runs the file of a program, a script of a shell. */
export function runProgramFile(
  walk: Walk,
  [, ...args]: readonly string[],
  { text, home }: ScriptText,
  way: Way,
  at: At,
): Way[] {
  const [shell = 'sh', ...flags] = shellOf(text) ?? [];
  const options = optionsSet({ errexit: false, pipefail: false }, flags);
  const isPosix = /^(?:sh|dash|ash)$/.test(baseName(shell));
  return runInShell(walk, { text, home, args: at.isLoose ? undefined : args, options, isPosix }, way, at);
}

/** The folders in which a shell looks for programs; undefined where they are not known. */
export function pathAt(way: Way, { shell, path }: At): string | undefined {
  if (path !== undefined) return isOpen(path) ? undefined : path;
  return wordValue({ type: 'Word', text: '$PATH', value: '$PATH', pos: 0, end: 5, parts: [PATH] }, way, shell);
}

const PATH = { type: 'SimpleExpansion', text: '$PATH', pos: 0, end: 5 } as const;

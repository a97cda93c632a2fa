import { agentNamed } from '../known-agents.ts';
import { baseName, isScriptName, SHELLS, shellOf } from '../shell-call.ts';
import { isInterpreter, unwrapCommand } from '../unwrap-command.ts';
import { isOrdinary, isQuiet } from './programs.ts';
import { isOpen, type Walk } from './walk-context.ts';
import type { Way } from './ways.ts';

/** What a program starts of its own words: a command behind some of them, or a shell's line that one of them is. */
export type Started = { readonly words: readonly string[] } | { readonly line: string };

/** Words of programs that are no commands there: `docker exec`. */
const NO_PROGRAMS = new Set(['exec', 'command', 'time', 'run']);

/** What a program that starts others starts: from the first of its words on that is an agent, a shell, a script or a known program. */
export function startedWords(walk: Walk, words: readonly string[], way: Way): Started | undefined {
  for (const [index, word] of words.entries()) {
    if (index === 0 || isOpen(word) || word.startsWith('-') || NO_PROGRAMS.has(word)) continue;
    if (isLineWithAgent(word)) return { line: word };
    const rest = words.slice(index);
    if (isQuiet(rest) || isOrdinary(rest) || isInterpreter(word) || isCommand(rest) || isScript(walk, word, way))
      return { words: rest };
  }
  return undefined;
}

/** Whether a program that is not known is given a command to run, with an agent, a shell or a script: `retry claude …`. */
export function isGivenCommand(walk: Walk, words: readonly string[], way: Way): boolean {
  return words.some((word, index) => {
    if (index === 0 || isOpen(word)) return false;
    if (isLineWithAgent(word)) return true;
    // `--agent claude` says which one.
    const isValue = /^-./.test(words[index - 1] ?? '') && words[index - 1] !== '--';
    const isLast = index === words.length - 1;
    const isNamed = !isLast && (agentNamed(word) !== undefined || SHELLS.has(baseName(word)));
    return !isValue && (isNamed || isScript(walk, word, way));
  });
}

/** Whether words begin with what is known to run, or to be, a command. */
export const isCommand = ([first = '', ...rest]: readonly string[]): boolean =>
  agentNamed(first) !== undefined || SHELLS.has(baseName(first)) || unwrapCommand([first, ...rest]) !== undefined;

/** An agent where a shell's line has a command, and not a prompt that speaks of one. */
const LINE_WITH_COMMAND =
  /(?:^\s*|[;&|("'`]+\s*|\b(?:do|then|else|or|and|exec)\s+)(\S+)(?=\s+(?:-|exec\b|run\b)|\s*[;&|]|$)/g;

function isLineWithAgent(word: string): boolean {
  if (!/\s/.test(word)) return false;
  return [...word.slice(0, MAX_LINE).matchAll(LINE_WITH_COMMAND)].some(
    ([, name = '']) => agentNamed(name) !== undefined,
  );
}

/** A longer word is no line. */
const MAX_LINE = 4_096;

function isScript(walk: Walk, word: string, way: Way): boolean {
  if (!word.includes('/')) return false;
  const found = walk.files.find(word, way.folder, undefined);
  return typeof found !== 'string' && (shellOf(found.text) !== undefined || isScriptName(word));
}

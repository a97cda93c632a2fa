import { agentNamed } from '../known-agents.ts';
import { baseName, isScriptName, SHELLS, shellOf } from '../shell-call.ts';
import { unwrapCommand } from '../unwrap-command.ts';
import { isOpen, type Walk } from './walk-context.ts';
import type { Way } from './ways.ts';

/**
 * Whether any word of a program that is not known may be a command with an agent, a shell or a script, or a shell's line, also as the
 * value of an option: `retry -v claude …`, `tool --command='./run.sh x'`.
 */
export function isGivenCommand(walk: Walk, [, ...words]: readonly string[], way: Way): boolean {
  return words.some((word, index) => {
    // The value of an option where it is a part of the word: `--run=./a.sh`, `-qc./a.sh`.
    const [, value = word] = /^-[\w-]*(?:=|(?=\.{0,2}\/))(.+)$/s.exec(word) ?? [];
    if (isLine(value)) return true;
    if (isOpen(value)) return false;
    // What names one only, as the last word may, tells which one.
    const isNamed = value === word && index < words.length - 1 && (agentNamed(word) || SHELLS.has(baseName(word)));
    return isNamed || isScript(walk, value, way);
  });
}

/** Whether words begin with what is known to run, or to be, a command. */
export const isCommand = ([first = '', ...rest]: readonly string[]): boolean =>
  agentNamed(first) !== undefined || SHELLS.has(baseName(first)) || unwrapCommand([first, ...rest]) !== undefined;

/** An agent where a shell's line has a command, and not a prompt that speaks of one. */
const LINE_WITH_AGENT =
  /(?:^\s*|[;&|("'`]+\s*|\b(?:do|then|else|or|and|exec)\s+)(\S+)(?=\s+(?:-|exec\b|run\b)|\s*[;&|]|$)/g;

/** A path, or a shell's line, there. */
const LINE_WITH_PATH =
  /(?:^\s*|[;&|(]\s*|\b(?:exec|spawn)\s+)(?:(?:\.{1,2}|~|\/[\w.-]+)\/[\w.-]|(?:\S*\/)?(?:ba|da|k|z)?sh\s+-)/;

function isLine(word: string): boolean {
  if (!/\s/.test(word)) return false;
  const text = word.slice(0, MAX_LINE);
  if (LINE_WITH_PATH.test(text)) return true;
  return [...text.matchAll(LINE_WITH_AGENT)].some(([, name = '']) => agentNamed(name) !== undefined);
}

/** A longer word is no line. */
const MAX_LINE = 4_096;

function isScript(walk: Walk, word: string, way: Way): boolean {
  if (!word.includes('/') && !isScriptName(word)) return false;
  const found = walk.files.find(word.includes('/') ? word : `./${word}`, way.folder, undefined);
  return typeof found !== 'string' && (shellOf(found.text) !== undefined || isScriptName(word));
}

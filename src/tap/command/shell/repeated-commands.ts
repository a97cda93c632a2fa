import { readOptions } from '../program-options.ts';
import { baseName } from '../shell-call.ts';
import type { Started } from './elsewhere-command.ts';
import { RUNS_COMMAND } from './programs.ts';

/** xargs(1); `-i` and `-e` take a value only where it is glued to them. */
const XARGS_VALUED = new Set(
  '-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-chars --max-procs --process-slot-var'.split(' '),
);

/**
 * What a program that starts commands again and again starts, in the order in which it does: `xargs`, `find -exec`, `retry 3 …`. `unclear`
 * where they may be what it reads, or can't be told from its options.
 */
export function repeatedCommands([program = '', ...words]: readonly string[]): readonly Started[] | 'unclear' {
  const name = baseName(program);
  if (name === 'find') return foundCommands(words);
  if (name === 'xargs') {
    const { rest } = readOptions(words, (option) => XARGS_VALUED.has(option));
    return rest.length === 0 ? [] : [{ words: rest }];
  }
  // It starts each of its words.
  if (name === 'concurrently') return 'unclear';
  const list = words.findIndex((word) => word.startsWith(':::'));
  const command = certainCommand(list === -1 ? words : words.slice(0, list));
  if (!command) return 'unclear';
  const [line = ''] = command;
  return [/\s/.test(line) ? { line: command.join(' ') } : { words: command }];
}

function foundCommands(words: readonly string[]): readonly Started[] {
  return words.flatMap((word, at) => {
    if (!RUNS_COMMAND.test(word)) return [];
    const own = words.slice(at + 1);
    const end = own.findIndex((one) => /^(?:\\?;|\+)$/.test(one));
    return [{ words: end === -1 ? own : own.slice(0, end) }];
  });
}

/** The words from the first one on that is neither an option, nor may be an option's value, nor a number; undefined where that is not certain. */
function certainCommand(words: readonly string[]): readonly string[] | undefined {
  for (const [index, word] of words.entries()) {
    if (word === '--') return words.length > index + 1 ? words.slice(index + 1) : undefined;
    if (word.startsWith('-') || /^[\d.]+[smhd]?$/.test(word)) continue;
    const isValue = /^-(?!.*(?:=|\d$))/.test(words[index - 1] ?? '');
    return isValue ? undefined : words.slice(index);
  }
  return undefined;
}

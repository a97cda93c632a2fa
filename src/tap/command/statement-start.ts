import { type ShellCommand, withoutKeywords } from './shell-commands.ts';

/**
 * Where in a line the statement begins, outside of all loops, conditions and brackets, that a command is a part of. What stands before it has run by
 * then, whatever it was. 0 where the brackets don't match.
 */
export function statementStart(commands: readonly ShellCommand[], at: number): number {
  let depth = 0;
  let start = 0;
  for (const [index, { words, after }] of commands.slice(0, at + 1).entries()) {
    depth += count(after, /[({]/g) - count(after, /[)}]/g);
    if (depth < 0) return 0;
    const [first = ''] = words;
    const isNext = /[;\n]|(?<![&|])&(?!&)/.test(after.replace(/([&|])\n+/g, '$1'));
    if (depth === 0 && isNext && !/^(?:then|elif|else|fi|do|done|esac)$/.test(first)) start = index;
    if (/^(?:fi|done|esac)$/.test(first)) depth -= 1;
    const own = withoutKeywords(words);
    const keywords = words.slice(0, words.length - own.length);
    depth += keywords.filter((word) => /^(?:if|while|until)$/.test(word)).length;
    if (/^(?:for|case|select)$/.test(own[0] ?? '')) depth += 1;
  }
  return start;
}

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

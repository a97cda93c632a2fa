import { type ShellCommand, withoutKeywords } from './shell-commands.ts';

/** A part of a shell's line that is run as a whole, on a condition, again, elsewhere or later. */
export type Block = 'group' | 'subshell' | 'condition' | 'loop' | 'case' | 'function';

/** Where in a line a command stands. */
export interface Standing {
  /** The blocks around it, from the outside. */
  readonly blocks: readonly Block[];
  /** How many of them began before its first word. */
  readonly outside: number;
  /** It is a part of a condition, whose failure ends nothing: `if claude …; then`. */
  readonly isTested: boolean;
  /** The brackets so far match. */
  readonly isKnown: boolean;
}

/** Where each command of a line stands. */
export function blocksAround(commands: readonly ShellCommand[]): readonly Standing[] {
  const blocks: Block[] = [];
  // How deep in blocks each condition stands.
  const tests = new Set<number>();
  let isKnown = true;
  const close = (...which: readonly Block[]) => {
    tests.delete(blocks.length);
    const last = blocks.pop();
    if (last === undefined || !which.includes(last)) isKnown = false;
  };
  return commands.map(({ words, after }, index) => {
    let isFunction = commands[index - 1]?.words[0] === 'function';
    for (let at = 0; at < after.length; at += 1) {
      const char = after[at];
      if (after.startsWith('()', at)) {
        isFunction = true;
        at += 1;
      } else if (char === '{' || char === '(') {
        blocks.push(isFunction ? 'function' : char === '{' ? 'group' : 'subshell');
        isFunction = false;
      } else if (char === '}') close('group', 'function');
      // The bracket of a pattern: `a) …;;`.
      else if (char === ')' && blocks.at(-1) !== 'case') close('subshell', 'function');
    }
    const outside = blocks.length;
    const [first = ''] = words;
    if (first === 'fi') close('condition');
    if (first === 'done') close('loop');
    if (first === 'esac') close('case');
    const own = withoutKeywords(words);
    for (const word of words.slice(0, words.length - own.length)) {
      if (word === 'if') blocks.push('condition');
      if (word === 'while' || word === 'until') blocks.push('loop');
      if (word === 'then' || word === 'else' || word === 'do') tests.delete(blocks.length);
      else if (word !== '!') tests.add(blocks.length);
    }
    if (own[0] === 'for' || own[0] === 'select') blocks.push('loop');
    if (own[0] === 'case') blocks.push('case');
    return { blocks: [...blocks], outside, isTested: tests.size > 0, isKnown };
  });
}

/** Whether a line's shell itself runs a command whatever those before it have done, unless it has ended. */
export function isCertain(commands: readonly ShellCommand[], at: number, standing: Standing | undefined): boolean {
  const own = commands[at]?.after ?? '';
  if (!standing?.isKnown || standing.blocks.length > 0) return false;
  return !/&&|\|/.test(own) && !isApart(commands, at);
}

/** Whether a command is a part of a pipe or runs in the background, which has a shell of its own. */
export function isApart(commands: readonly ShellCommand[], at: number): boolean {
  const single = /(?<![&|])[&|](?![&|])/;
  return /(?<!\|)\|(?!\|)/.test(commands[at]?.after ?? '') || single.test(commands[at + 1]?.after ?? '');
}

import { blocksAround } from './blocks-around.ts';
import type { ShellCommand } from './shell-commands.ts';

/**
 * Where in a line the statement begins, outside of all loops, conditions and brackets, that a command is a part of. What stands before it has run by
 * then, whatever it was. 0 where the brackets don't match.
 */
export function statementStart(commands: readonly ShellCommand[], at: number): number {
  const standings = blocksAround(commands.slice(0, at + 1));
  if (standings.at(-1)?.isKnown !== true) return 0;
  return Math.max(
    0,
    standings.findLastIndex(({ outside }, index) => {
      const after = commands[index]?.after.replace(/([&|])\n+/g, '$1') ?? '';
      return outside === 0 && /[;\n]|(?<![&|])&(?!&)/.test(after);
    }),
  );
}

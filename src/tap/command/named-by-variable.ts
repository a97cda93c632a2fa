import { type ShellCommand, wordsBehind } from './shell-commands.ts';

/** Words in front of a program that is run all the same. */
const PREFIX = /^(?:exec|command|eval|sudo|nohup|env|\w+=.*)$/;

/** A command's program and its words, without what stands in front of it. */
export const runWords = (words: readonly string[]): readonly string[] => wordsBehind(words, PREFIX);

/** Whether what a command runs is known only when it runs: `"$AGENT" -p Go`, `eval "$COMMAND"`. */
export function isNamedByVariable({ words }: ShellCommand): boolean {
  const [program = ''] = runWords(words);
  return program.startsWith('$') || /^_(?:\/|$)/.test(program);
}

/** Whether a command that is known only when it runs has another such one as its fallback. */
export function isTriedAgain(commands: readonly ShellCommand[], at: number): boolean {
  const next = commands[at + 1];
  return (
    next?.after.includes('||') === true && isNamedByVariable(commands[at] as ShellCommand) && isNamedByVariable(next)
  );
}

import { Argument, Command } from 'commander';
import { UsageError } from '../../service/config.ts';
import { bashScript } from './bash.ts';
import { completionTree } from './completion-tree.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const SHELLS = Object.keys(SCRIPTS);

/**
 * `knell completions`: what a shell has to know to complete knell's commands.
 *
 * @param wholeProgram the program with every command loaded
 */
export function completionsCommand(wholeProgram: () => Promise<Command>): Command {
  return new Command('completions')
    .description('print a completion script for your shell')
    .addArgument(new Argument('[shell]', 'which one').choices(SHELLS).argParser(String))
    .addHelpText(
      'after',
      `
Examples:
  knell completions bash > ~/.local/share/bash-completion/completions/knell
  knell completions zsh > ~/.zfunc/_knell                  with fpath+=(~/.zfunc) before compinit in ~/.zshrc
  knell completions fish > ~/.config/fish/completions/knell.fish`,
    )
    .action(async (shell?: string) => {
      const script = Object.entries(SCRIPTS).find(([name]) => name === shell)?.[1];
      if (!script) {
        const what = shell === undefined ? 'which shell?' : `there is no completion script for "${shell}":`;
        throw new UsageError(`${what} Write knell completions ${SHELLS.slice(0, -1).join(', ')} or ${SHELLS.at(-1)}`);
      }
      process.stdout.write(script(completionTree(await wholeProgram())));
    });
}

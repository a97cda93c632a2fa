import { Argument, Command } from 'commander';
import { bashScript } from './bash.ts';
import { completionTree } from './completion-tree.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/**
 * `knell completions`: what a shell has to know to complete knell's commands.
 *
 * @param wholeProgram the program with every command loaded
 */
export function completionsCommand(wholeProgram: () => Promise<Command>): Command {
  return new Command('completions')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
Examples:
  knell completions bash > ~/.local/share/bash-completion/completions/knell
  knell completions zsh > ~/.zfunc/_knell                  with fpath+=(~/.zfunc) before compinit in ~/.zshrc
  knell completions fish > ~/.config/fish/completions/knell.fish`,
    )
    .action(async (shell: keyof typeof SCRIPTS) => {
      process.stdout.write(SCRIPTS[shell](completionTree(await wholeProgram())));
    });
}

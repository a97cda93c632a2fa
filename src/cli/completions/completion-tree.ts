import type { Command } from 'commander';
import { knownRuntimes } from '../../decode/decoders.ts';
import { quoted } from './shell-quote.ts';

/** What can be completed where: a command with its options, its fixed arguments and the commands below it. */
export interface CompletionNode {
  /** All words that lead here: `knell rules bench`. */
  readonly path: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** Words that its arguments may be, where only some are. */
  readonly words: readonly string[];
  /** Whether an argument may be any file. */
  readonly files: boolean;
  readonly children: readonly CompletionNode[];
}

export interface CompletionOption {
  /** `--json`, `-h`. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** Values that it may have, where only some are. */
  readonly words: readonly string[];
}

/** Reads it from commander's own definitions, so that completion and help never say different things. */
export function completionTree(command: Command, above = ''): CompletionNode {
  const path = above === '' ? command.name() : `${above} ${command.name()}`;
  const help = command.createHelp();
  return {
    path,
    summary: firstWords(command.summary() || command.description()),
    options: help.visibleOptions(command).map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      summary: firstWords(option.description),
      takesValue: option.required || option.optional,
      // Not a choice: a pack can make more of them known.
      words: option.argChoices ?? (option.long === '--runtime' ? [...knownRuntimes()] : []),
    })),
    words: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    files: command.registeredArguments.some(({ argChoices }) => argChoices === undefined),
    children: command.commands.map((child) => completionTree(child, path)),
  };
}

/** A node and all below it. */
export function withAllBelow(node: CompletionNode): CompletionNode[] {
  return [node, ...node.children.flatMap(withAllBelow)];
}

/** The last word of a path: the command's own name. */
export function nameOf({ path }: CompletionNode): string {
  return path.slice(path.lastIndexOf(' ') + 1);
}

const SUMMARY_MAX = 80;

/** As much of a description as a list of completions has room for, in one line. */
function firstWords(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= SUMMARY_MAX ? line : `${line.slice(0, line.lastIndexOf(' ', SUMMARY_MAX))} …`;
}

/**
 * The cases of a POSIX-like script for options that take a value, by `path option`.
 *
 * @param reply what the script does with the values that the option may have
 */
export function valueCases(nodes: readonly CompletionNode[], reply: (words: readonly string[]) => string): string {
  const cases = nodes.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ names, words }) =>
          `    ${names.map((name) => quoted(`${path} ${name}`)).join('|')}) ${reply(words)}; return ;;`,
      ),
  );
  return cases.join('\n');
}

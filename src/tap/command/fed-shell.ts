import { runWords } from './named-by-variable.ts';
import { SHELLS } from './script-lines.ts';
import type { ShellCommand } from './shell-commands.ts';
import { baseName } from './shell-line.ts';

/**
 * The words of a shell that reads its commands from a file or a pipe: `bash -s < run.sh`, `curl … | sh`; and that file. Undefined
 * for any other command.
 */
export function fedShell({
  words,
  input,
  after,
}: ShellCommand): { shell: readonly string[]; script?: string } | undefined {
  const [shell = '', ...rest] = runWords(words);
  const isFed = input !== undefined || /(?<!\|)\|&?\n*$/.test(after);
  if (!SHELLS.has(baseName(shell)) || !isFed) return undefined;
  const end = rest.findIndex((word) => !/^[-+]/.test(word));
  const options = end === -1 ? rest : rest.slice(0, end);
  const isGiven = end !== -1 && !options.some((word) => /^-[a-z]*s/.test(word));
  if (isGiven || options.some((word) => /^-[a-z]*c/.test(word))) return undefined;
  const script = input === undefined || input.includes('/') ? input : `./${input}`;
  // The script takes the place of the input.
  const own = options.map((word) => word.replace(/^(-[a-z]*)s/, '$1')).filter((word) => !/^--?$/.test(word));
  return { shell: [shell, ...own], ...(script !== undefined && { script }) };
}

import { isCertain, type Standing } from './blocks-around.ts';
import type { ReadStep } from './read-command.ts';
import { withoutKeywords } from './shell-commands.ts';

/** The options of a shell that decide what a failure ends. */
export interface ShellOptions {
  /** `set -e`: a command that fails ends the shell. */
  readonly errexit: boolean;
  /** `set -o pipefail`: a pipe fails where any of its commands does. */
  readonly pipefail: boolean;
}

const NONE: ShellOptions = { errexit: false, pipefail: false };

/**
 * The options that hold for certain where a command of a shell's line is run: what only may turn one off does.
 *
 * @param flags what the shell was started with
 * @param standings where each command stands
 */
export function optionsAt(
  commands: readonly ReadStep[],
  at: number,
  flags: readonly string[],
  standings: readonly Standing[],
): ShellOptions {
  let options = changed(NONE, flags, true);
  for (const [index, step] of commands.slice(0, at).entries())
    options = afterStep(options, step, isCertain(commands, index, standings[index]));
  return options;
}

/** Whether a command may turn one of the options off, where it is run. */
export function mayTurnOff(step: ReadStep): boolean {
  const all = { errexit: true, pipefail: true };
  const { errexit, pipefail } = afterStep(all, step, false);
  return !errexit || !pipefail;
}

function afterStep(options: ShellOptions, { words, run }: ReadStep, isCertain: boolean): ShellOptions {
  const [name = '', ...rest] = withoutKeywords(words);
  if (name === 'set' || name === 'shopt') {
    // `shopt -uo errexit` is `set +o errexit`.
    const isUnset = name === 'shopt' && rest.some((word) => /^-\w*u/.test(word));
    const isSet = name === 'shopt' && rest.some((word) => /^-\w*s/.test(word));
    if (name === 'set') return changed(options, rest, isCertain);
    const named = rest.filter((word) => !word.startsWith('-')).flatMap((word) => [isUnset ? '+o' : '-o', word]);
    return isSet || isUnset ? changed(options, named, isCertain) : options;
  }
  if (!['eval', 'source', '.', 'command', 'builtin'].includes(name)) return options;
  // It is run by this shell itself.
  if (name === 'command' || name === 'builtin')
    return afterStep(options, { words: rest, redirected: false, after: '' }, isCertain);
  const steps = run?.line?.steps;
  return steps && !steps.some(mayTurnOff) ? options : NONE;
}

function changed(options: ShellOptions, words: readonly string[], isCertain: boolean): ShellOptions {
  let { errexit, pipefail } = options;
  for (const [index, word] of words.entries()) {
    if (word === '--') break;
    if (!/^[-+]\w/.test(word)) continue;
    const isOn = word.startsWith('-');
    const name = word.endsWith('o') ? words[index + 1] : undefined;
    // What is turned on on a condition stays as it is, and what may be turned off is off.
    const next = (now: boolean) => (isOn ? isCertain || now : false);
    if (/^[-+]\w*e/.test(word) || name === 'errexit') errexit = next(errexit);
    if (name === 'pipefail') pipefail = next(pipefail);
  }
  return { errexit, pipefail };
}

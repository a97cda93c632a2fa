import { QUIET_PROGRAMS } from './quiet-programs.ts';
import type { ReadStep } from './read-command.ts';
import { withoutKeywords } from './shell-commands.ts';
import type { ShellOptions } from './shell-options.ts';

/** What a shell may do behind a failed agent without any work: keep, tell, wait or pass on how that ended. */
const NO_WORK = new Set(
  ['exit', 'return', 'true', 'false', ':', 'echo', 'printf', 'wait', 'fi', 'esac'].concat([
    'sleep',
    'date',
    '[',
    '[[',
    'test',
    'set',
    'trap',
    'cd',
    'export',
    'unset',
  ]),
);

/** Of these, those that are not known to succeed. */
const MAY_FAIL = new Set(['wait', '[', '[[', 'test', 'cd', 'fi', 'esac', 'exit', 'return']);

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Words of compound commands, whose parts are not always run. */
const COMPOUND = /^(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|!)$/;

const LOOP = /^(?:for|while|until)$/;

/** How the commands so far may have ended. */
interface Ends {
  readonly well: boolean;
  readonly badly: boolean;
}

const UNKNOWN: Ends = { well: true, badly: true };

/**
 * Whether a shell runs a command that does any work although one before it has failed. When in doubt, it does.
 *
 * @param at where in the commands of its line the failed one stands
 * @param mayEndWell whether it may end well all the same, being a shell of its own
 */
export function followsFailure(
  commands: readonly ReadStep[],
  at: number,
  { errexit, pipefail }: ShellOptions,
  mayEndWell: boolean,
): boolean {
  const isPlain = commands.every(({ words, after }) => !COMPOUND.test(words[0] ?? '') && !/[(){}]/.test(after));
  const isNegated = commands[at]?.words.includes('!') === true;
  let ends: Ends = { well: mayEndWell || isNegated, badly: true };
  let isAlone = true;
  // Whether the pipe that is looked at is one behind the failed command's own, and is run.
  let isFollowing = false;
  // Loops that begin behind it: their end brings nothing back.
  let loops = 0;
  for (const [index, command] of commands.entries()) {
    const { words, after: operators } = command;
    if (index <= at) continue;
    if (LOOP.test(words[0] ?? '')) loops += 1;
    // A line may break behind an operator.
    const after = operators.replace(/([&|])\n+/g, '$1');
    const isNext = /[;\n]|(?<![&|])&(?!&)/.test(after);
    const isOr = after.includes('||');
    const isAnd = after.includes('&&');
    if (isNext && isPlain && errexit && isAlone && !ends.well && !after.includes('&')) return false;
    if (!isNext && !isOr && !isAnd) {
      if (isFollowing && doesMore(command)) return true;
      // A part of the same pipe, which ends as its last part does.
      if (after.includes('|') && !pipefail) ends = UNKNOWN;
      continue;
    }
    isAlone = false;
    isFollowing = isNext || (isOr ? ends.badly : ends.well);
    if (!isFollowing) continue;
    if (words[0] === 'done' && loops > 0) {
      loops -= 1;
      ends = UNKNOWN;
      continue;
    }
    if (doesWork(command)) return true;
    const [name = ''] = withoutKeywords(words);
    const isCertain = isNext || !(isOr ? ends.well : ends.badly);
    const isBehind = /(?<![&|])[&|](?![&|])/.test(commands[index + 1]?.after ?? '');
    if (name === 'exit' && isCertain && isPlain && !isBehind) return false;
    ends = isCertain ? endsOf(name) : UNKNOWN;
  }
  return false;
}

/** Whether a word sets a variable: `A=b`. */
export const isAssignment = (word: string): boolean => ASSIGNMENT.test(word);

/** Whether a command does more than to keep, tell or pass on how another one ended. */
export function doesWork({ words, substituted = [] }: Pick<ReadStep, 'words' | 'substituted'>): boolean {
  const own = withoutKeywords(words);
  if (substituted.some(({ works }) => works)) return true;
  // Without a program, `exec` only sets where output goes.
  if (own[0] === 'exec' && own.length === 1) return false;
  return !own.every((word) => ASSIGNMENT.test(word)) && !NO_WORK.has(own[0] as string);
}

/** Whether a command does work, and more than to read or reshape what it is given. */
export function doesMore(step: ReadStep): boolean {
  // What a trap runs may be anything.
  if (withoutKeywords(step.words)[0] === 'trap') return true;
  const isQuiet = QUIET_PROGRAMS.has(withoutKeywords(step.words)[0] ?? '');
  return isQuiet ? step.substituted?.some(({ works }) => works) === true : doesWork(step);
}

function endsOf(name: string): Ends {
  if (name === 'false') return { well: false, badly: true };
  return ASSIGNMENT.test(name) || MAY_FAIL.has(name) ? UNKNOWN : { well: true, badly: false };
}

import type { GoesOn } from '../../contracts/log-headers.ts';
import { MAX_DEPTH, MAX_LINE } from './agent-command.ts';
import { fedShell } from './fed-shell.ts';
import { doesWork, followsFailure, optionsAt } from './follows-failure.ts';
import { agentNamed } from './known-agents.ts';
import { isNamedByVariable, isTriedAgain } from './named-by-variable.ts';
import { ReadingEffort } from './reading-effort.ts';
import { type ShellCommand, shellCommands, withoutKeywords } from './shell-commands.ts';
import { withoutFunctions } from './shell-functions.ts';
import { baseName, type ScriptFiles, type ShellLine } from './shell-line.ts';
import { statementStart } from './statement-start.ts';
import { unwrapCommand } from './unwrap-command.ts';
import { withoutSubstitutions } from './without-substitutions.ts';

/**
 * `ends`: nothing is known to follow its agent's failure · `unseen`: no agent is named, and something follows each program of a script that
 * may be one.
 */
type End = GoesOn | 'ends' | 'no agent' | 'unseen';

/** Programs that start a command once for each thing they are given, or again and again. */
const REPEATERS = new Set(['trap', 'xargs', 'parallel', 'find', 'retry', 'watch', 'entr', 'nodemon', 'concurrently']);

/** What a look for a program in all folders costs beside one character. */
const STEPS_OF_COMMAND = 150;

/** In a script of more commands than this, what follows its agent is not told. */
const MAX_COMMANDS = 200;

/**
 * What a command still has to do where its agent fails: `claude … || other …`, `for try in 1 2 3; do claude …; done`, `xargs claude`, or an
 * agent that reads its prompts from its input. Undefined where nothing is known to follow: an agent alone, the last command of a shell's line, one
 * whose success the others wait for (`claude … && git push`), and a program that is not read. Of a script that is read and not
 * understood, anything may follow.
 *
 * @param files where scripts that the command names are read; left out: they are not
 * @param effort what reading may take; anything may follow where it takes more
 */
export function goesOnAfterFailure(
  command: readonly string[],
  files?: ScriptFiles,
  effort = new ReadingEffort(),
): GoesOn | undefined {
  try {
    const end = endOf(command, 0, effort, files);
    if (end === 'unseen') return 'commands';
    return end === 'ends' || end === 'no agent' ? undefined : end;
  } catch {
    // What can't be read never holds a run up.
    return 'commands';
  }
}

function endOf(command: readonly string[], depth: number, effort: ReadingEffort, files?: ScriptFiles): End {
  if (depth > MAX_DEPTH || command.length === 0) return 'no agent';
  effort.spend(STEPS_OF_COMMAND + command.length);
  const agent = agentNamed(command[0] as string);
  if (agent) return agent.readsTurns?.(command.slice(1)) ? 'turns' : 'ends';
  if (REPEATERS.has(baseName(command[0] as string))) {
    return startsAgent(command.slice(1), depth, effort) ? 'commands' : 'no agent';
  }
  const inner = unwrapCommand(command, files);
  if (!inner) return 'no agent';
  return 'words' in inner
    ? endOf(inner.words, depth + 1, effort, files)
    : endOfLine(inner, depth + 1, effort, inner.file ?? files);
}

function endOfLine(shellLine: ShellLine, depth: number, effort: ReadingEffort, files?: ScriptFiles): End {
  const { line, flags = [], file, isSourced = false } = shellLine;
  const all = line.length > MAX_LINE ? undefined : commandsOf(line, effort);
  // A line that can't be read may have anything behind its agent.
  if (!all) return 'commands';
  const { commands, functions } = withoutFunctions(all, effort);
  for (const [name, body] of functions) {
    effort.spend(all.length);
    const isNamed = isSourced || all.filter(({ words }) => words.some((word) => word.includes(name))).length > 1;
    if (isNamed && body.some(({ words }) => isAgent(endOf(withoutKeywords(words), depth, effort, files))))
      return 'commands';
  }
  let here = files;
  const ends = commands.map((command) => {
    const own = withoutKeywords(command.words);
    const isGivenAgent = functions.has(own[0] ?? '') && startsAgent(own.slice(1), depth, effort);
    const end = isGivenAgent ? 'commands' : (endOfFed(command, depth, effort, here) ?? endOf(own, depth, effort, here));
    // `cd "$(dirname "$0")"` is the usual way of a script to its own folder.
    if (own[0] === 'cd') here = /[$_~]/.test(own[1] ?? '~') ? files : here?.within(own[1] as string);
    return end;
  });
  const first = ends.findIndex(isAgent);
  if (first === -1) {
    const isUnseen = ends.includes('unseen') || mayHoldAgent(all, flags, effort, file !== undefined);
    return isUnseen ? 'unseen' : 'no agent';
  }
  if (isFallback(commands, first) || commands.slice(0, first).some((_one, at) => isTriedAgain(commands, at)))
    return 'commands';
  const agent = commands[first] as ShellCommand;
  const inner = unwrapCommand(withoutKeywords(agent.words), files);
  const mayEndWell = fedShell(agent) !== undefined || (inner !== undefined && 'line' in inner);
  const start = statementStart(commands, first);
  const own = commands.slice(start).map((command, at) => (at === 0 ? { ...command, after: '' } : command));
  const goesOn = followsFailure(own, first - start, optionsAt(commands, first, flags), mayEndWell);
  return goesOn ? 'commands' : (ends[first] as End);
}

/** What the script does that a shell reads from its input; undefined for any other command. */
function endOfFed(command: ShellCommand, depth: number, effort: ReadingEffort, files?: ScriptFiles): End | undefined {
  const fed = fedShell(command);
  if (!fed) return undefined;
  const isKnown = fed.script !== undefined && files?.script(fed.script) !== undefined;
  return isKnown ? endOf([...fed.shell, fed.script as string], depth, effort, files) : 'unseen';
}

const isAgent = (end: End): boolean => end !== 'no agent' && end !== 'unseen';

function commandsOf(line: string, effort: ReadingEffort): ShellCommand[] | undefined {
  effort.spend(line.length);
  const plain = withoutSubstitutions(line);
  return plain === undefined ? undefined : shellCommands(plain);
}

/**
 * Whether any program of a line without a known agent may be one behind which the line goes on. Of a line that stands in no script, only a program
 * that a variable names; of a script, such a program alone is enough.
 */
function mayHoldAgent(
  commands: readonly ShellCommand[],
  flags: readonly string[],
  effort: ReadingEffort,
  isScript: boolean,
): boolean {
  if (commands.length > MAX_COMMANDS) return isScript;
  return commands.some((command, at) => {
    effort.spend(commands.length);
    if (!doesWork(command)) return false;
    // What is sourced or evaluated before something else only prepares that.
    const [name = '', line] = withoutKeywords(command.words);
    if (name === 'source' || name === '.' || (name === 'eval' && line === '_'))
      return !commands.slice(at + 1).some(doesWork);
    if (!isScript && !isNamedByVariable(command)) return false;
    return (
      (isScript && isNamedByVariable(command)) || followsFailure(commands, at, optionsAt(commands, at, flags), false)
    );
  });
}

/** Whether an agent is what is left to do where a program before it fails, which may have been another agent: `./try.sh || claude …`. */
function isFallback(commands: readonly ShellCommand[], at: number): boolean {
  const { after, words } = commands[at] as ShellCommand;
  return (after.includes('||') || words[0] === 'else') && commands.slice(0, at).some(doesWork);
}

/** Whether a repeater's words have an agent that it starts: as words of its own, or, as `parallel` takes it, in a line. */
function startsAgent(words: readonly string[], depth: number, effort: ReadingEffort): boolean {
  return words.some((word, at) => {
    if (REPEATERS.has(baseName(word))) return false;
    const commands = /\s/.test(word) ? commandsOf(word, effort) : [];
    const lines = [words.slice(at), ...(commands ?? []).map((command) => withoutKeywords(command.words))];
    return lines.some((line) => endOf(line, depth + 1, effort) !== 'no agent');
  });
}

import type { GoesOn } from '../../contracts/log-headers.ts';
import { MAX_DEPTH, MAX_LINE } from './agent-command.ts';
import { doesWork, followsFailure, optionsAt } from './follows-failure.ts';
import { agentNamed } from './known-agents.ts';
import { type ShellCommand, shellCommands, withoutKeywords } from './shell-commands.ts';
import { baseName, type ShellLine, unwrapCommand } from './unwrap-command.ts';
import { withoutSubstitutions } from './without-substitutions.ts';

/** `ends`: nothing is known to follow its agent's failure. */
type End = GoesOn | 'ends' | 'no agent';

/** Programs that start a command once for each thing they are given. */
const REPEATERS = new Set(['xargs', 'parallel', 'find']);

/**
 * What a command still has to do where its agent fails: `claude … || other …`, `for try in 1 2 3; do claude …; done`, `xargs claude`, or an
 * agent that reads its prompts from its input. Undefined where nothing is known to follow: an agent alone, the last command of a shell's line, one
 * whose success the others wait for (`claude … && git push`), and a script in a file, which is not read.
 */
export function goesOnAfterFailure(command: readonly string[]): GoesOn | undefined {
  const end = endOf(command, 0);
  return end === 'ends' || end === 'no agent' ? undefined : end;
}

function endOf(command: readonly string[], depth: number): End {
  if (depth > MAX_DEPTH || command.length === 0) return 'no agent';
  const agent = agentNamed(command[0] as string);
  if (agent) return agent.readsTurns?.(command.slice(1)) ? 'turns' : 'ends';
  if (REPEATERS.has(baseName(command[0] as string))) {
    return startsAgent(command.slice(1), depth) ? 'commands' : 'no agent';
  }
  const inner = unwrapCommand(command);
  if (!inner) return 'no agent';
  return 'words' in inner ? endOf(inner.words, depth + 1) : endOfLine(inner, depth + 1);
}

function endOfLine({ line, flags = [] }: ShellLine, depth: number): End {
  const commands = line.length > MAX_LINE ? undefined : shellCommands(withoutSubstitutions(line));
  // A line that can't be read may have anything behind its agent.
  if (!commands) return 'commands';
  const ends = commands.map(({ words }) => endOf(withoutKeywords(words), depth));
  const first = ends.findIndex((end) => end !== 'no agent');
  if (first === -1) return 'no agent';
  if (isFallback(commands, first)) return 'commands';
  const inner = unwrapCommand(withoutKeywords((commands[first] as ShellCommand).words));
  const mayEndWell = inner !== undefined && 'line' in inner;
  const goesOn = followsFailure(commands, first, optionsAt(commands, first, flags), mayEndWell);
  return goesOn ? 'commands' : (ends[first] as End);
}

/** Whether an agent is what is left to do where a program before it fails, which may have been another agent: `./try.sh || claude …`. */
function isFallback(commands: readonly ShellCommand[], at: number): boolean {
  const { after, words } = commands[at] as ShellCommand;
  return (after.includes('||') || words[0] === 'else') && commands.slice(0, at).some(doesWork);
}

/** Whether a repeater's words have an agent that it starts: as words of its own, or, as `parallel` takes it, in a line. */
function startsAgent(words: readonly string[], depth: number): boolean {
  return words.some((word, at) => {
    if (REPEATERS.has(baseName(word))) return false;
    const commands = /\s/.test(word) ? shellCommands(withoutSubstitutions(word)) : [];
    const lines = [words.slice(at), ...(commands ?? []).map((command) => withoutKeywords(command.words))];
    return lines.some((line) => endOf(line, depth + 1) !== 'no agent');
  });
}

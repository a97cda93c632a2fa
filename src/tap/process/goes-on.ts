import type { GoesOn } from '../../contracts/log-headers.ts';
import { MAX_DEPTH, MAX_LINE } from './agent-command.ts';
import { agentNamed } from './known-agents.ts';
import { type ShellCommand, shellCommands, withoutKeywords } from './shell-commands.ts';
import { unwrapCommand } from './unwrap-command.ts';

/** `ends`: nothing is known to follow its agent's failure. */
type End = GoesOn | 'ends' | 'no agent';

/** What a shell may do behind a failed agent without any work: keep, tell or pass on how that ended. */
const NO_WORK = new Set(['exit', 'return', 'true', 'false', ':', 'echo', 'printf', 'wait', 'fi', 'esac']);

/**
 * What a command still has to do where its agent fails: `claude … || other …`, `for try in 1 2 3; do claude …; done`, or an agent that
 * reads its prompts from its input. Undefined where nothing is known to follow: an agent alone, the last command of a shell's line, one
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
  const inner = unwrapCommand(command);
  if (!inner) return 'no agent';
  return 'words' in inner ? endOf(inner.words, depth + 1) : endOfLine(inner.line, depth + 1);
}

function endOfLine(line: string, depth: number): End {
  const commands = line.length > MAX_LINE ? undefined : shellCommands(withoutSubstitutions(line));
  // A line that can't be read may have anything behind its agent.
  if (!commands) return 'commands';
  const ends = commands.map(({ words }) => endOf(withoutKeywords(words), depth));
  const first = ends.findIndex((end) => end !== 'no agent');
  if (first === -1) return 'no agent';
  return commands.slice(first + 1).some(followsFailure) ? 'commands' : (ends[first] as End);
}

/** Whether a command of a shell's line is run, and does any work, although the one before it has failed. */
function followsFailure({ words, after }: ShellCommand): boolean {
  const isRun = /[;\n]|\|\||(?<![&|])&(?!&)/.test(after);
  const own = withoutKeywords(words);
  return isRun && !own.every((word) => /^[A-Za-z_]\w*=/.test(word)) && !NO_WORK.has(own[0] as string);
}

/** A line without the text of its here-documents, and with a word in the place of each substitution: what they hold runs before the command. */
function withoutSubstitutions(line: string): string {
  let text = line.replace(/<<-?[ \t]*(['"]?)(\w+)\1([^\n]*)\n(?:[\s\S]*?\n)?[ \t]*\2(?=\n|$)/g, '$3');
  text = text.replace(/`[^`]*`/g, '_').replace(/\$\(\([^()]*\)\)/g, '_');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\$\([^()]*\)/g, '_');
  }
  return text;
}

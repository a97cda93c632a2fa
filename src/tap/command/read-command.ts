import { resolve } from 'node:path';
import type { GoesOn } from '../../contracts/log-headers.ts';
import { type AgentCommand, agentOf, toldOf } from './agent-command.ts';
import { packageScript } from './package-scripts.ts';
import { diskFiles, type ScriptFiles } from './script-files.ts';
import type { Finding } from './shell/walk-context.ts';
import { baseName, isShellText } from './shell-call.ts';

/** Where a command's agent stands among others that may print: `behind` some · `first`, before some · `alone` · it names none. */
export type AgentPlace = 'behind' | 'first' | 'alone' | 'none';

/** What a command and its scripts tell of a run before it starts. */
export interface CommandReading {
  /** The only agent that the command itself names. */
  readonly agent?: AgentCommand;
  /**
   * What the command still has to do where its agent fails: `commands`, another program, or what can't be read · `turns`, further prompts.
   * Left out where nothing follows, and for a program that is not known.
   */
  readonly goesOn?: GoesOn;
  readonly place: AgentPlace;
  /** A shell starts the agent that the command names. */
  readonly isBehindShell: boolean;
}

/** Where a command is run: the tap's own surroundings where nothing else is said. */
export interface ReadFrom {
  readonly files?: ScriptFiles;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a command, and the scripts that it names, without running anything: `claude -p … || other …`, `./entry.sh claude …`, `npm run agent`. Nothing is
 * thrown: behind what can't be read, anything may follow.
 */
export async function readCommand(words: readonly string[], from: ReadFrom = {}): Promise<CommandReading> {
  const { files = diskFiles(), env = process.env } = from;
  const folder = resolve(from.folder ?? '.');
  // `bun claude` may be a package's script, and another folder's `claude` a script too.
  const isOther = (some: readonly string[]) =>
    /^PATH=/.test(some[0] ?? '') || packageScript(some, folder, files) !== undefined;
  const direct = agentOf(words, isOther);
  if (direct && !isScript(direct.words[0] as string, files, folder, env.PATH)) {
    const { agent } = direct;
    const args = direct.words.slice(1);
    return {
      agent: toldOf(agent, args, false),
      ...(agent.readsTurns?.(args) && { goesOn: 'turns' }),
      place: 'alone',
      isBehindShell: false,
    };
  }
  // An agent alone, which is what most taps are given, needs no parser of shells.
  const { walkCommand } = await import('./shell/walk-command.ts');
  return told(walkCommand(words, { files, folder, env }));
}

function isScript(program: string, files: ScriptFiles, folder: string, path: string | undefined): boolean {
  try {
    const found = files.find(program, folder, path);
    return typeof found !== 'string' && isShellText(found.text, baseName(program));
  } catch {
    return true;
  }
}

function told(finding: Finding): CommandReading {
  const { agents } = finding;
  const seen = agents.filter(({ isElsewhere }) => !isElsewhere);
  const [only, ...others] = seen.filter(({ isInCommand }) => isInCommand);
  const isAny = agents.length > 0 || finding.programRuns > 0;
  const isTurns = agents.some(({ hasTurns }) => hasTurns);
  const goesOn = finding.follows || (finding.trapWorks && isAny) ? 'commands' : isTurns ? 'turns' : undefined;
  return {
    ...(only && others.length === 0 && { agent: toldOf(only.agent, only.args, only.isOpen) }),
    ...(goesOn && { goesOn }),
    place: placeIn(finding, seen.length > 0),
    isBehindShell: only !== undefined,
  };
}

function placeIn({ isUnread, isBehind, isFirst }: Finding, isSeen: boolean): AgentPlace {
  if (isUnread || isBehind) return 'behind';
  if (!isSeen) return 'none';
  return isFirst ? 'first' : 'alone';
}

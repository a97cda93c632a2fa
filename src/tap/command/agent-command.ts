import type { StreamFormat } from '../../contracts/log-headers.ts';
import { agentNamed, type KnownAgent } from './known-agents.ts';
import { baseName, SHELLS, shellCall } from './shell-call.ts';
import { unwrapCommand } from './unwrap-command.ts';

/** What a command says of the agent that it starts. */
export interface AgentCommand {
  readonly runtime: string;
  /** How its standard output was asked for; left out where the command does not tell. */
  readonly format?: StreamFormat;
  /** How the agent would be asked to work without a terminal, where the command starts its screen. */
  readonly unattended?: string;
}

/** Programs around programs: more are not taken off. */
const MAX_DEPTH = 12;

/**
 * The agent that a command runs, also behind programs around it, and its words: `npx -y @openai/codex@latest exec --json …`, `env A=B timeout
 * 3600 claude -p …`, `node …/cli.js …`. Undefined for any other program, and for a shell, which may run several.
 *
 * @param isOther where a command by its words is another one than it seems
 */
export function agentOf(
  command: readonly string[],
  isOther: (words: readonly string[]) => boolean = () => false,
): { agent: KnownAgent; words: readonly string[] } | undefined {
  let words = command;
  for (let depth = 0; depth <= MAX_DEPTH && words.length > 0; depth += 1) {
    const agent = agentNamed(words[0] as string);
    if (agent) return { agent, words };
    const inner = isOther(words) ? undefined : unwrapCommand(words);
    if (!inner || !('words' in inner)) return undefined;
    words = inner.words;
  }
  return undefined;
}

/** @param isOpen not all of its arguments are known, or others may change what it prints */
export function toldOf(agent: KnownAgent, args: readonly string[], isOpen: boolean): AgentCommand {
  const format = isOpen ? undefined : agent.formatOf(args);
  const { asked, usage } = agent.unattended ?? {};
  const isScreen = !isOpen && asked && usage && !asked(args);
  return { runtime: agent.runtime, ...(format && { format }), ...(isScreen && { unattended: usage }) };
}

/** Whether a command is a shell, also behind programs such as `timeout`. */
export function startsShell(words: readonly string[]): boolean {
  for (let rest = words; rest.length > 0; ) {
    if (SHELLS.has(baseName(rest[0] as string))) return true;
    const inner = unwrapCommand(rest);
    if (!inner || !('words' in inner)) return false;
    rest = inner.words;
  }
  return false;
}

/** Whether a command is a known agent, or a shell with the name of one in its line. */
export function mayBeAgent(words: readonly string[]): boolean {
  if (agentOf(words)) return true;
  const at = words.findIndex((word) => SHELLS.has(baseName(word)));
  const line = at === -1 ? undefined : shellCall(words.slice(at + 1))?.line;
  return line?.split(/[\s;&|(){}<>"'`=]+/).some((word) => agentNamed(word)) === true;
}

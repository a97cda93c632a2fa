import type { StreamFormat } from '../../contracts/log-headers.ts';
import { agentNamed } from './known-agents.ts';
import { shellCommands, withoutKeywords } from './shell-commands.ts';
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
export const MAX_DEPTH = 12;
/** A longer line of a shell is not read. */
export const MAX_LINE = 64 * 1024;

/**
 * The agent that a command starts, and how it was asked to print: `npx -y @openai/codex@latest exec --json …`,
 * `env A=B timeout 3600 claude -p …`, `bash -lc 'cd /srv && gemini …'`, `node …/cli.js …`. Undefined for any other
 * program, and for a shell's line that starts several agents.
 */
export function agentCommand(command: readonly string[], depth = 0): AgentCommand | undefined {
  if (depth > MAX_DEPTH || command.length === 0) return undefined;
  const agent = agentNamed(command[0] as string);
  if (agent) {
    const args = command.slice(1);
    const format = agent.formatOf(args);
    const { asked, usage } = agent.unattended ?? {};
    return {
      runtime: agent.runtime,
      ...(format && { format }),
      ...(asked && usage && !asked(args) && { unattended: usage }),
    };
  }
  const inner = unwrapCommand(command);
  if (!inner || 'unread' in inner) return undefined;
  return 'words' in inner ? agentCommand(inner.words, depth + 1) : agentInLine(inner.line, depth + 1);
}

function agentInLine(line: string, depth: number): AgentCommand | undefined {
  const commands = line.length > MAX_LINE ? undefined : shellCommands(line);
  const found = (commands ?? []).flatMap(({ words, redirected }) => {
    const agent = agentCommand(withoutKeywords(words), depth);
    // What comes out of a pipe is what its last program makes of it, and a variable may hold any flag.
    const isOpen = redirected || words.some((word) => word.startsWith('$'));
    return agent ? [isOpen ? { runtime: agent.runtime } : agent] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

import type { Carrier } from './carrier.ts';

/** Words in the names that people give to what runs an agent: `agent-1`, `pod/coding-worker-7d9c`, `ci-runner`. */
const AGENT_WORDS = /(?:^|[^a-z])(?:agents?|runner|worker|job|task|bot|coder)(?:[^a-z]|$)/i;

/** Which of the programs whose lines are in one log are agents. */
export interface AgentTest {
  /** Whether a program's name is that of an agent. */
  readonly isName: (name: string) => boolean;
  /** Whether a line is an event that only an agent prints. */
  readonly isEvent: (raw: Buffer) => boolean;
}

/** By name: the words above, or one of these names of agents in it. */
export function isAgentName(name: string, agents: readonly string[]): boolean {
  return AGENT_WORDS.test(name) || agents.some((agent) => name.toLowerCase().includes(agent));
}

/**
 * A carrier that names who printed each line, held to the lines of agents: what `sshd` or a database says in the same
 * log is no word of the agent's. A carrier that names no one is left as it is.
 *
 * @param stored the log's first lines
 * @returns undefined where no line is an agent's
 */
export function onlyAgents(carrier: Carrier, stored: readonly Buffer[], test: AgentTest): Carrier | undefined {
  const lines = stored.flatMap((line) => carrier.open(line) ?? []);
  if (lines.every(({ source }) => source === undefined)) return carrier;
  const agents = new Set<string>();
  for (const { source = '', raw } of lines) {
    if (!agents.has(source) && (test.isName(source) || test.isEvent(raw))) agents.add(source);
  }
  if (agents.size === 0) return undefined;
  return {
    ...carrier,
    open(line) {
      const opened = carrier.open(line);
      return opened?.every(({ source = '' }) => agents.has(source)) ? opened : undefined;
    },
  };
}

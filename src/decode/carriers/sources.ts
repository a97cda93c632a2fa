import type { CarriedLine, Carrier } from './carrier.ts';

/** Words in the names that people give to what runs an agent: `agent-1`, `pod/coding-worker-7d9c`, `ci-runner`. */
const AGENT_WORDS =
  /(?:^|[^a-z])(?:agents?|runner|worker|job|task|bot|coder|dispatcher|orchestrator|supervisor)(?:[^a-z]|$)/i;

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
  const unit = agents.size === 0 ? failedUnit(lines) : undefined;
  if (unit !== undefined) agents.add(unit);
  if (agents.size === 0) return undefined;
  return {
    ...carrier,
    open(line) {
      const opened = carrier.open(line);
      return opened?.every(({ source = '' }) => agents.has(source)) ? opened : undefined;
    },
  };
}

/** What systemd says of a service whose program has failed. Source: systemd, src/core/service.c and unit.c. */
const UNIT_FAILED = /^([\w@.-]{1,128})\.service: (?:Main process exited|Failed with result)\b/;

/** The one program, but for systemd, whose lines a log holds, where systemd says that the service of its name has failed: the log is that service's. */
function failedUnit(lines: readonly CarriedLine[]): string | undefined {
  const [program, ...others] = new Set(lines.map(({ source = '' }) => source).filter((name) => name !== 'systemd'));
  const hasFailed = lines.some(
    ({ source, raw }) => source === 'systemd' && UNIT_FAILED.exec(raw.toString('latin1'))?.[1] === program,
  );
  return others.length === 0 && hasFailed ? program : undefined;
}

import type { RunState } from '../../contracts/run-state.ts';

/**
 * How soon after an agent's start nothing that is read has been said by its model, in milliseconds: Node alone takes 40 ms to start, and
 * hosts tell a start in ticks of 10 ms.
 */
const EARLY_MS = 50;

/**
 * Whether a line was printed before the run's agent can have said anything, by the one clock of their host: by a step before it, such as `git pull`
 * in `git pull && claude …`. False where one of the two times is not known.
 */
export function isBeforeAgent(printedMs: number | undefined, agentStartedMs: number | undefined): boolean {
  return printedMs !== undefined && agentStartedMs !== undefined && printedMs < agentStartedMs + EARLY_MS;
}

/** When the run's agent was started, as its exit tells or else the last look at its tree. */
export function agentStart(
  { agent_started_ms: told }: Pick<RunState, 'agent_started_ms'>,
  tree: { readonly agentStartedMs?: number } | undefined,
): number | undefined {
  return told ?? tree?.agentStartedMs;
}

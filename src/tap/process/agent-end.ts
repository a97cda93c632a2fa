import { type Clock, within } from '../clock.ts';
import type { AbortOrder } from '../tap-link.ts';
import type { AgentExit, AgentProcess } from './agent-process.ts';

/** Waits for the agent's own end, or for that of its whole tree where an order is being carried out. */
export async function agentEnd(
  agent: AgentProcess,
  abortExecutor: { readonly obeyed: AbortOrder | undefined; readonly done: Promise<void> },
  clock: Clock,
): Promise<AgentExit> {
  await Promise.race([agent.exited, abortExecutor.done]);
  if (abortExecutor.obeyed) await abortExecutor.done;
  // What could not be killed may never exit; and an end that the process table shows is reported a moment later.
  return (await within(clock, 1_000, agent.exited)) ?? { code: null, signal: null };
}

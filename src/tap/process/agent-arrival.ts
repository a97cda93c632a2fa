import { runsAgent } from './agent-pipeline.ts';
import { textOf } from './proc-files.ts';
import { systemProcessTable } from './process-table.ts';

/**
 * Whether an agent is among a run's processes: `none` · `silent`: it is, and nothing that has come with it has written anything yet ·
 * `there`: it is, and may have printed.
 */
export type Sight = 'none' | 'silent' | 'there';

/** No failure is stated in fewer bytes. Node.js 20 writes one or two, not to its output, before it runs its program. */
const FEWEST_BYTES = 10;

/** A process that a look has shown. */
interface Seen {
  readonly pid: number;
  readonly start: string;
  /** It passes the agent's output on. */
  readonly passesOn?: true;
}

/** Whether an agent has come, and is there still. */
export interface Arrival {
  /** Of a look at a run's processes, the first one first: whether the agent has written by then, by what the system counts (proc(5), `io`). */
  sightOf(processes: readonly Seen[]): Sight;
  /** Whether all that the last such look has shown to be an agent, or to pass its output on, have ended. */
  isGone(): boolean;
}

/** To be asked for at each look until the agent is there, and again once it is gone. */
export function createArrival(): Arrival {
  /** What each process had written itself when no agent was there. */
  let before = new Map<string, number>();
  let agents: readonly Seen[] = [];
  const table = systemProcessTable();
  const keyOf = ({ pid, start }: Seen) => `${pid} ${start}`;
  // What a shell's children have written counts as the shell's once it has waited for them, but not as its thread's.
  const ownOf = (pid: number) => writtenIn(`/proc/${pid}/task/${pid}/io`);
  return {
    sightOf(processes) {
      if (!processes.some(({ pid }) => runsAgent(pid))) {
        before = new Map(processes.map((one) => [keyOf(one), ownOf(one.pid)]));
        return 'none';
      }
      agents = processes.filter(({ pid, passesOn }) => passesOn || runsAgent(pid));
      const written = processes.map((one, at) => {
        const known = before.get(keyOf(one)) ?? (at === 0 ? 0 : undefined);
        return known === undefined ? writtenIn(`/proc/${one.pid}/io`) : ownOf(one.pid) - known;
      });
      // What the system does not tell is not a number, and no less than any.
      return written.reduce((sum, bytes) => sum + bytes, 0) < FEWEST_BYTES ? 'silent' : 'there';
    },
    isGone: () => agents.every(({ pid, start }) => table.entry(pid)?.start !== start),
  };
}

function writtenIn(path: string): number {
  return Number(/^wchar: (\d+)/m.exec(textOf(path) ?? '')?.[1]);
}

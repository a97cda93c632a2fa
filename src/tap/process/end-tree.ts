import { type Clock, pause, systemClock } from '../clock.ts';
import { type ProcessTable, systemProcessTable } from './process-table.ts';
import { createProcessTree } from './process-tree.ts';

export interface EndTreeOptions {
  /** The agent's pid, which is also the id of its process group. */
  rootPid: number;
  /** See {@link createProcessTree}. */
  marker: string;
  /** See {@link createProcessTree}. */
  grouped?: (() => readonly number[]) | undefined;
  /** Time between SIGINT and SIGTERM, in milliseconds. */
  interruptGraceMs?: number;
  /** Time between SIGTERM and SIGKILL, in milliseconds. */
  terminateGraceMs?: number;
  /** How long to go on killing what does not die, or comes again. */
  killMs?: number;
  clock?: Clock;
  table?: ProcessTable;
}

export interface EndTreeResult {
  /** The strongest signal that was needed. */
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** Processes that are still there: they wait in the kernel, or belong to another user. */
  readonly left: readonly number[];
}

const POLL_MS = 25;

/**
 * Ends an agent and everything it has started: SIGINT to its process group, then SIGTERM and SIGKILL to the group and to
 * every process that has left it. Settles as soon as all are gone.
 */
export async function endTree(options: EndTreeOptions): Promise<EndTreeResult> {
  const { rootPid, marker, clock = systemClock, table = systemProcessTable() } = options;
  const { interruptGraceMs = 2_000, terminateGraceMs = 3_000, killMs = 5_000 } = options;
  const tree = createProcessTree({ rootPid, marker, table, grouped: options.grouped });

  const gone = async (limitMs: number) => {
    for (let waitedMs = 0; tree.alive().length > 0; waitedMs += POLL_MS) {
      if (waitedMs >= limitMs) return false;
      await pause(clock, POLL_MS);
    }
    // A member may have started another after the last look.
    tree.look();
    return tree.alive().length === 0;
  };
  const signalAll = (signal: NodeJS.Signals) => {
    tree.look();
    send(-rootPid, signal);
    for (const { pid, group } of tree.alive()) if (group !== rootPid) send(pid, signal);
  };

  tree.look();
  send(-rootPid, 'SIGINT');
  if (await gone(interruptGraceMs)) return { signal: 'SIGINT', left: [] };
  signalAll('SIGTERM');
  if (await gone(terminateGraceMs)) return { signal: 'SIGTERM', left: [] };
  for (let spentMs = 0; spentMs < killMs; spentMs += POLL_MS) {
    signalAll('SIGKILL');
    if (await gone(POLL_MS)) break;
  }
  return { signal: 'SIGKILL', left: tree.alive().map(({ pid }) => pid) };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile, or not ours to signal; who is left is counted afterwards.
  }
}

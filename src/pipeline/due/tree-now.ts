import type { TreeNow } from '../../classify/confirm-suspicion.ts';
import type { Run } from '../../contracts/run.ts';
import type { LogHistory } from '../ports/ports.ts';

/** A run's process tree as its host reported it last; undefined where no host sees it. */
export async function treeNow(run: Run, history: LogHistory, nowMs: number): Promise<TreeNow | undefined> {
  const seen = await history.lastTree(run);
  if (!seen) return undefined;
  const { tools, idle_ms: idleMs } = seen.tree;
  if (tools === undefined || idleMs === undefined) return undefined;
  return { tools, idleMs, seenAgoMs: Math.max(0, nowMs - seen.storedMs) };
}

import type { TreeNow } from '../../classify/confirm-suspicion.ts';
import type { Evidence } from '../../contracts/evidence.ts';
import type { Run } from '../../contracts/run.ts';
import { parseTime } from '../../contracts/time.ts';
import type { LogHistory } from '../ports/ports.ts';

/** A run's process tree as its host reported it last; undefined where no host sees it. */
export async function treeNow(run: Run, history: LogHistory, nowMs: number): Promise<TreeNow | undefined> {
  const seen = await history.lastTree(run);
  if (!seen) return undefined;
  const { tools, idle_ms: idleMs, newest_started_at: newest = '' } = seen.tree;
  if (tools === undefined || idleMs === undefined) return undefined;
  const newestStartedMs = parseTime(newest);
  const seenAgoMs = Math.max(0, nowMs - seen.storedMs);
  return { tools, idleMs, seenAgoMs, ...(newestStartedMs !== undefined && { newestStartedMs }) };
}

/** How much later than it was printed a line may be read, in milliseconds: its agent may have exited and another be started by then. */
const LATE_MS = 1_000;

/**
 * Whether a process lives that was started after a line was printed: one clock, the host's, tells both times. False where the host
 * does not tell one of them.
 */
export function isStartedSince(tree: TreeNow | undefined, evidence: Pick<Evidence, 'printed_at'> | undefined): boolean {
  const printedMs = parseTime(evidence?.printed_at ?? '');
  const newestMs = tree?.newestStartedMs;
  return printedMs !== undefined && newestMs !== undefined && newestMs > printedMs - LATE_MS;
}

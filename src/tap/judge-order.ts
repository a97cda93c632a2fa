import type { AckOutcome } from '../contracts/ack.ts';
import type { Run } from '../contracts/run.ts';
import { parseTime } from '../contracts/time.ts';
import type { AbortOrder } from './tap-link.ts';

/**
 * Whether an order is for this run and still holds: `obey`, or the answer to give instead. An order for another attempt
 * of the same execution is `superseded` when that attempt came before this one; any other mismatch is `refused`.
 *
 * @param nowMs epoch milliseconds by the clock that orders are dated by; by the host's where that is not known
 */
export function checkAbort(order: AbortOrder, run: Run, nowMs: number): 'obey' | AckOutcome {
  const sameExecution = order.agent === run.agent && order.execution === run.execution;
  if (!sameExecution) return 'refused';
  if (order.attempt !== run.attempt) return order.attempt < run.attempt ? 'superseded' : 'refused';
  const expiresAtMs = parseTime(order.expires_at);
  return expiresAtMs === undefined || expiresAtMs <= nowMs ? 'expired' : 'obey';
}

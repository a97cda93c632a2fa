import { createHash } from 'node:crypto';
import { type Run, runKey } from '../contracts/run.ts';

function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** The id of a run's abort command: made from the run alone, so each worker makes the same one, however often. */
export function commandId(run: Run): string {
  return `abort-${digest('command', runKey(run))}`;
}

/** The id of a failure record about `what` of a run: `verdict` for its one verdict, else a rule key or a cause. */
export function recordId(run: Run, what: string): string {
  return `failure-${digest('record', runKey(run), what)}`;
}

/** The id of a notice about `what`, so that several workers that notice the same thing say it once. */
export function noticeId(kind: string, ...what: string[]): string {
  return `notice-${digest('notice', kind, ...what)}`;
}

import type { Notice } from '../contracts/notice.ts';
import type { RunEvent } from '../contracts/run-event.ts';
import { formatTime, parseTime } from '../contracts/time.ts';
import { noticeId } from './ids.ts';

/** A host's clock that differs by more than this from the server's is reported, in milliseconds. */
const SKEW_MS = 30_000;

/** How long the clock is not reported again for the same agent, in milliseconds. */
const WINDOW_MS = 3_600_000;

/**
 * A notice where the clock of a run's host differs from the server's. knell and its tap decide nothing by the host's clock, but
 * a backend there decides by it whether a command has expired. An event that was held back while the server was away
 * looks like a clock that is behind, and the notice says so.
 *
 * @param storedMs when the event was stored, epoch milliseconds by the server's clock
 */
export function clockNotice(event: RunEvent, storedMs: number): Notice | undefined {
  const saidMs = parseTime(event.at);
  if (saidMs === undefined || Math.abs(saidMs - storedMs) <= SKEW_MS) return undefined;
  const { agent, execution, attempt } = event;
  const aheadMs = saidMs - storedMs;
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const what =
    aheadMs > 0
      ? `The clock of the host of ${agent} is ${seconds} s ahead of the NATS server's.`
      : `The clock of the host of ${agent} is ${seconds} s behind the NATS server's, or its messages were held back for so long.`;
  return {
    schema: 'knell.notice/v1',
    notice_id: noticeId('clock', agent, String(Math.floor(storedMs / WINDOW_MS))),
    kind: 'clock',
    at: formatTime(storedMs),
    message: `${what} Set it by NTP: a backend there decides by that clock whether a command has expired.`,
    agent,
    execution,
    attempt,
    ahead_ms: aheadMs,
  };
}

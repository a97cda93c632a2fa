import { CONSUMERS } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { Reading } from '../nats/consume/reading-watch.ts';

/** How far a consumer may be behind before the service is not ready. */
export interface LagBounds {
  readonly messages: number;
  readonly seconds: number;
}

export const DEFAULT_LAG_BOUNDS: LagBounds = { messages: 100_000, seconds: 60 };

/** How long an answer of JetStream counts, in milliseconds. */
const STALE_MS = 20_000;

/** How long the service is not ready after a stream dropped what was not read, in milliseconds: as long as runs may be affected. */
const GAP_MS = 10 * 60_000;

/**
 * Why the service does not read as it should; undefined where it does.
 *
 * @param nowMs by the server's clock, epoch milliseconds
 */
export function obstacleToReading(
  { lags, gone = [], answeredMs, failure, gap }: Reading,
  bounds: LagBounds,
  nowMs: number,
): string | undefined {
  if (failure !== undefined) return `JetStream does not answer: ${messageOf(failure)}`;
  if (nowMs - answeredMs > STALE_MS) {
    return `JetStream has not answered for ${Math.round((nowMs - answeredMs) / 1_000)} s`;
  }
  const lost = gone.find(({ durable }) => durable !== CONSUMERS.fluentd);
  if (lost) {
    return `the consumer ${lost.durable} of ${lost.stream} is gone, or its stream is, so nothing is read: it is made anew where the stream is there; where the stream is gone, restart the service`;
  }
  for (const { stream, durable, unread, oldestUnreadMs } of lags) {
    // What Fluentd has not taken waits in the stream; it keeps no run from its verdict.
    if (durable === CONSUMERS.fluentd) continue;
    const oldestS = oldestUnreadMs === undefined ? 0 : (nowMs - oldestUnreadMs) / 1_000;
    if (unread > bounds.messages) {
      return `the consumer ${durable} has ${unread} unread messages in ${stream}; ${bounds.messages} are allowed`;
    }
    if (oldestS > bounds.seconds) {
      return `the oldest of ${unread} unread messages of the consumer ${durable} in ${stream} is ${Math.round(oldestS)} s old; ${bounds.seconds} s are allowed`;
    }
  }
  if (gap && nowMs - gap.atMs < GAP_MS) {
    return `the stream ${gap.stream} dropped ${gap.missed} messages before they were read (seen ${formatTime(gap.atMs)}): what they said is not known; give the stream more room, or start more workers`;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { CONSUMERS } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { ConsumerLag } from '../nats/consume/consumer-lag.ts';
import type { Reading } from '../nats/consume/reading-watch.ts';
import { explainJetStream, sentenceOf } from '../nats/explain-jetstream.ts';

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
 * Why the service does not read as it should, all that is known of it; empty where it does.
 *
 * @param nowMs by the server's clock, epoch milliseconds
 */
export function obstaclesToReading(
  { lags, gone = [], answeredMs, failure, gap }: Reading,
  bounds: LagBounds,
  nowMs: number,
): string[] {
  const obstacles: string[] = [];
  if (failure !== undefined) obstacles.push(notAnswering(failure));
  else if (nowMs - answeredMs > STALE_MS) {
    obstacles.push(`JetStream has not answered for ${Math.round((nowMs - answeredMs) / 1_000)} s`);
  }
  for (const { stream, durable } of gone.filter(isRead)) {
    obstacles.push(
      `the consumer ${durable} of ${stream} is gone, or its stream is, so nothing is read: it is made anew where the stream is there; where the stream is gone, restart the service`,
    );
  }
  obstacles.push(...lags.filter(isRead).flatMap((lag) => obstaclesOf(lag, bounds, nowMs)));
  if (gap && nowMs - gap.atMs < GAP_MS) {
    obstacles.push(
      `the stream ${gap.stream} dropped ${gap.missed} messages ${gap.inHand ? 'that a worker had been given and did not tell of: killed or stopped before they were read, or killed within 10 s behind that' : 'before they were read'} (seen ${formatTime(gap.atMs)}): what they said is not known; give the stream more room, or start more workers`,
    );
  }
  return obstacles;
}

/** The same, a line each; undefined where it reads. */
export function obstacleToReading(reading: Reading, bounds: LagBounds, nowMs: number): string | undefined {
  return obstaclesToReading(reading, bounds, nowMs).join('\n') || undefined;
}

/** What Fluentd has not taken waits in the stream; it keeps no run from its verdict. */
function isRead({ durable }: { readonly durable: string }): boolean {
  return durable !== CONSUMERS.fluentd;
}

function obstaclesOf(
  { stream, durable, unread, unacknowledged, oldestUnreadMs, oldestUnacknowledgedMs, misfits = [] }: ConsumerLag,
  bounds: LagBounds,
  nowMs: number,
): string[] {
  const obstacles = misfits.map(
    (misfit) =>
      `the consumer ${durable} of ${stream} ${misfit}: remove it (nats consumer rm ${stream} ${durable}), and the service makes it anew`,
  );
  const secondsSince = (ms: number | undefined): number => (ms === undefined ? 0 : (nowMs - ms) / 1_000);
  if (unread > bounds.messages) {
    obstacles.push(
      `the consumer ${durable} has ${unread} unread messages in ${stream}; ${bounds.messages} are allowed`,
    );
  } else if (unread + unacknowledged > bounds.messages) {
    obstacles.push(
      `the consumer ${durable} has ${unread} unread messages in ${stream}, and ${unacknowledged} that were delivered and are not settled; ${bounds.messages} together are allowed`,
    );
  }
  const [unreadS, heldS] = [secondsSince(oldestUnreadMs), secondsSince(oldestUnacknowledgedMs)];
  if (unreadS > bounds.seconds) {
    obstacles.push(
      `the oldest of ${unread} unread messages of the consumer ${durable} in ${stream} is ${Math.round(unreadS)} s old; ${bounds.seconds} s are allowed`,
    );
  }
  if (heldS > bounds.seconds) {
    obstacles.push(
      `the oldest of ${unacknowledged} messages that the consumer ${durable} delivered from ${stream}, and that are not settled, is ${Math.round(heldS)} s old; ${bounds.seconds} s are allowed: a worker holds it, or tries it over and over (its log says why)`,
    );
  }
  return obstacles;
}

function notAnswering(error: unknown): string {
  const problem = explainJetStream(error);
  return problem ? sentenceOf(problem) : `JetStream does not answer: ${error instanceof Error ? error.message : error}`;
}

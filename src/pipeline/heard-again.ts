import { durationMs } from '../contracts/duration.ts';
import { type Run, runKey } from '../contracts/run.ts';
import type { RunHeartbeat } from '../contracts/run-event.ts';
import { HEARD_AGAIN_MS, type StoreLoss } from '../contracts/store-loss.ts';
import type { Clock } from './ports/ports.ts';

/** How long it is believed that nothing was lost, in milliseconds: each run's host sends a heartbeat every half a minute. */
const BELIEVED_MS = durationMs('30s');

/** How many runs are remembered; of more than that one may be taken in again, which changes nothing. */
const MOST_RUNS = 20_000;

/** Tells by which heartbeats runs are heard of again, of which the server lost all that was stored. */
export interface HeardAgain {
  /**
   * Whether the heartbeat tells the start of a run that began before a loss, and is the first that does.
   *
   * @param storedMs when it was stored, epoch milliseconds by the server's clock
   * @throws whatever asking for the loss throws
   */
  isFirst(event: RunHeartbeat, storedMs: number): Promise<boolean>;
  /** The run's heartbeat has been taken in. */
  heard(run: Run): void;
}

/**
 * A run that its host alone speaks of is watched by what its start told, and a heartbeat tells that again. Heartbeats are many, so the loss is
 * asked for once in a while, and a run is looked up once.
 *
 * @param lastLoss when the server last lost what was stored; left out: never
 */
export function createHeardAgain(
  lastLoss: () => Promise<StoreLoss | undefined> = async () => undefined,
  clock: Pick<Clock, 'now'>,
): HeardAgain {
  const runs = new Set<string>();
  let loss: StoreLoss | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;

  return {
    async isFirst(event, storedMs) {
      if (!event.started) return false;
      if (clock.now() - askedMs >= BELIEVED_MS) {
        const last = await lastLoss();
        if (last?.at_ms !== loss?.at_ms) runs.clear();
        loss = last;
        askedMs = clock.now();
      }
      if (loss === undefined || storedMs >= loss.at_ms + HEARD_AGAIN_MS) return false;
      return storedMs - event.started.ago_ms < loss.at_ms && !runs.has(runKey(event));
    },
    heard(run) {
      if (runs.size >= MOST_RUNS) runs.delete(runs.values().next().value as string);
      runs.add(runKey(run));
    },
  };
}

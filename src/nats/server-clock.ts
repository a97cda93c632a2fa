import { createInbox } from 'nats';
import { type Clock, systemClock } from '../pipeline/ports/ports.ts';
import type { Bucket } from './store/bucket.ts';

export interface ServerClock extends Clock {
  stop(): void;
}

export interface ServerClockOptions {
  /** A bucket whose entries vanish after a while: an entry is written to see when the server says that it was stored. */
  readonly bucket: Bucket;
  /** Milliseconds that only ever grow, at the pace of time. */
  readonly monotonicMs?: () => number;
  /** Called when the server did not tell its time; the last one is counted on. */
  readonly onError?: (error: unknown) => void;
}

/** How often the server's time is asked for, in milliseconds. Quartz drifts by some 3 ms in that time. */
const EVERY_MS = 60_000;

/** An answer that took longer than this tells too little, in milliseconds. */
const SLOW_MS = 2_000;

/**
 * The time of the server that stores the messages. Windows, silences and expiries are reckoned in stored times, so "now"
 * has to come from the same clock: one that is minutes off on a worker's host would end healthy runs.
 *
 * @throws a NATS error when the server does not tell its time at the start
 */
export async function startServerClock({
  bucket,
  monotonicMs = () => performance.now(),
  onError = () => undefined,
}: ServerClockOptions): Promise<ServerClock> {
  // An inbox's name is as good as any that no other worker has.
  const key = `clock.${createInbox().slice('_INBOX.'.length)}`;
  let offsetMs: number | undefined;

  async function ask(): Promise<void> {
    const sentMs = monotonicMs();
    const revision = await bucket.put(key, '');
    const answeredMs = monotonicMs();
    const entry = await bucket.get(key, { revision });
    const tooSlow = answeredMs - sentMs > SLOW_MS && offsetMs !== undefined;
    if (entry && !tooSlow) offsetMs = entry.created.getTime() - (sentMs + answeredMs) / 2;
  }

  while (offsetMs === undefined) await ask();
  const asking = setInterval(() => void ask().catch(onError), EVERY_MS);
  asking.unref();
  return {
    now: () => Math.round(monotonicMs() + (offsetMs ?? 0)),
    after: systemClock.after,
    stop: () => clearInterval(asking),
  };
}

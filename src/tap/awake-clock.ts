import { type Clock, type HostClock, systemClock } from './clock.ts';

export interface AwakeClock extends HostClock {
  stop(): void;
}

/** How often the clock looks at the time, and how much later than that it may come to it on a busy machine. */
const TICK_MS = 1_000;
const LATE_MS = 9_000;

/**
 * The machine's time, less the time in which this process was not running: a laptop that was shut, a stopped job. What
 * an agent did not say while the tap could not have heard it must not count as its silence.
 *
 * @param time a clock that goes on while the process does not; it is asked, and its timers are used as they are
 */
export function createAwakeClock(time: Clock = systemClock): AwakeClock {
  let seenMs = time.now();
  let asleepMs = 0;
  let cancel: () => void = () => undefined;
  const look = (): number => {
    const nowMs = time.now();
    if (nowMs - seenMs > TICK_MS + LATE_MS) asleepMs += nowMs - seenMs;
    seenMs = nowMs;
    return nowMs - asleepMs;
  };
  const tick = (): void => {
    look();
    cancel = time.after(TICK_MS, tick);
  };
  tick();
  return { now: look, wall: look, after: (delayMs, run) => time.after(delayMs, run), stop: () => cancel() };
}

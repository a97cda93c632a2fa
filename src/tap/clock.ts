import { steadyMs } from './steady-time.ts';

/** Time as the tap sees it, so that tests can hold it still. */
export interface Clock {
  /** Epoch milliseconds that nobody sets: what durations are reckoned by. */
  now(): number;
  /** Calls `run` once after `delayMs`. The returned function takes the call back; calling it late does nothing. */
  after(delayMs: number, run: () => void): () => void;
}

/** With the time that people know. */
export interface HostClock extends Clock {
  /** Epoch milliseconds by the machine's clock, which may be set at any time: to be told, never to be reckoned with. */
  wall(): number;
}

/** The machine's own clock. Its timers keep the process alive until they fire or are taken back. */
export const systemClock: HostClock = {
  now: steadyMs,
  wall: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Settles after `delayMs` by this clock. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** Settles with the promise, or after `limitMs` with `undefined`. A rejection before the limit is passed on. */
export function within<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(undefined));
    promise.then(resolve, reject).finally(cancel);
  });
}

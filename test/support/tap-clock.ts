import type { HostClock } from '../../src/tap/clock.ts';

export interface TapClock extends HostClock {
  /** Sets the time that people know by so many milliseconds, as one who sets a machine's clock. */
  setWall(byMs: number): void;
  /** Moves time on and runs, in order, what falls due. */
  advance(ms: number): void;
  /** Moves time on while nothing runs, as for a process that gets no processor; then what fell due runs once. */
  holdUp(ms: number): void;
  /** Timers that have not run and were not taken back. */
  readonly pending: number;
}

/** A clock that stands still until told otherwise. */
export function createTapClock(startMs = Date.UTC(2026, 0, 1)): TapClock {
  let nowMs = startMs;
  let setMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];
  return {
    now: () => nowMs,
    wall: () => nowMs + setMs,
    setWall(byMs) {
      setMs += byMs;
    },
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = untilMs;
    },
    holdUp(ms) {
      nowMs += ms;
      const due = timers.filter((timer) => timer.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const timer of due) timer.run();
    },
    get pending() {
      return timers.length;
    },
  };
}

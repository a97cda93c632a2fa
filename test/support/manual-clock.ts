import type { Clock } from '../../src/pipeline/ports/ports.ts';

export interface ManualClock extends Clock {
  /** Moves time on, calling back in order what becomes due, and lets all that follows from it finish. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is told to move. */
export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<{ dueMs: number; callback: () => void }>();
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const entry = { dueMs: nowMs + delayMs, callback };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = [...waiting].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!next || next.dueMs > untilMs) break;
        nowMs = Math.max(nowMs, next.dueMs);
        waiting.delete(next);
        next.callback();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}

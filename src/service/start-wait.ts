import type { Logger } from '../logging/logger.ts';
import { STARTING } from './front-door.ts';

/** How long after it was told first that the start waits it is told again, doubled each time up to the longest, in milliseconds. */
const TELL_AGAIN_MS = 1_000;
const TELL_AT_MOST_MS = 60_000;

/** What a start waits for, over all its tries. */
export interface StartWait {
  /** What `/readyz` says meanwhile. */
  readiness(): string;
  /** No server is connected: each try tells why. Whoever tries logs it. */
  connecting(reason: string | undefined): void;
  /** A try ended for that reason, and the next one follows: it is logged at once where it is new, then ever more seldom. */
  beginsAgain(reason: string): void;
}

/** @param nowMs milliseconds from some moment on */
export function createStartWait(log: Pick<Logger, 'warn'>, nowMs = () => performance.now()): StartWait {
  const startedMs = nowMs();
  const told = new Set<string>();
  let away: string | undefined;
  let lastTry: string | undefined;
  let stepMs = TELL_AGAIN_MS;
  let nextMs = startedMs;

  return {
    readiness() {
      if (away !== undefined) return `${STARTING}: ${away}`;
      return lastTry === undefined ? STARTING : `${STARTING} again: ${lastTry}`;
    },
    connecting(reason) {
      away = reason;
    },
    beginsAgain(reason) {
      lastTry = reason;
      const now = nowMs();
      if (told.has(reason) && now < nextMs) return;
      told.add(reason);
      nextMs = now + stepMs;
      stepMs = Math.min(2 * stepMs, TELL_AT_MOST_MS);
      const waitedS = Math.round((now - startedMs) / 1_000);
      log.warn({ reason, waited_s: waitedS }, 'the service could not start yet; it tries again each second');
    },
  };
}

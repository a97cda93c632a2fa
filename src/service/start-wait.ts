import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import { STARTING } from './front-door.ts';

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
  const warn = paceWarnings(log, nowMs);
  let away: string | undefined;
  let lastTry: string | undefined;

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
      const waitedS = Math.round((nowMs() - startedMs) / 1_000);
      warn({ reason, waited_s: waitedS }, 'the service could not start yet; it tries again each second');
    },
  };
}

import type { Clock } from '../pipeline/ports/ports.ts';
import type { ProbeLease } from '../pipeline/ports/subscription-ports.ts';

/** Lets one probe of a credential through in each `intervalMs`, in process. */
export function createMemoryProbeLease(clock: Clock, intervalMs = 60_000): ProbeLease {
  const takenMs = new Map<string, number>();
  return {
    async take(fingerprint) {
      const lastMs = takenMs.get(fingerprint);
      if (lastMs !== undefined && clock.now() - lastMs < intervalMs) return false;
      takenMs.set(fingerprint, clock.now());
      return true;
    },
  };
}

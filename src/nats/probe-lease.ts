import { type KV, NatsError } from 'nats';
import type { ProbeLease } from '../pipeline/subscription-ports.ts';

const WRONG_LAST_SEQUENCE = 10071;

/**
 * Probes are let through by creating a key that the server forgets after a minute: whoever creates it may probe.
 *
 * @param bucket whose entries live for as long as nobody else may probe
 */
export function createProbeLease(bucket: KV, by: string): ProbeLease {
  return {
    async take(fingerprint) {
      try {
        await bucket.create(`probe.${fingerprint}`, by);
        return true;
      } catch (error) {
        if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return false;
        throw error;
      }
    },
  };
}

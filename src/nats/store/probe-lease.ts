import type { ProbeLease } from '../../pipeline/ports/subscription-ports.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';

/**
 * Probes are let through by creating a key that the server forgets after a minute: its creator may probe.
 *
 * @param bucket whose entries live for as long as no other worker may probe
 */
export function createProbeLease(bucket: Bucket, by: string): ProbeLease {
  return {
    take: (fingerprint) => putIfUnchanged(bucket, `probe.${fingerprint}`, by, 0),
  };
}

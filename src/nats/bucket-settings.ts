import { type KvOptions, StorageType } from 'nats';
import type { BUCKETS } from '../contracts/subjects.ts';

export type BucketName = keyof typeof BUCKETS;

/** A credential is probed once a minute at most, over the whole fleet: the server itself forgets the last time. */
export const PROBE_INTERVAL_MS = 60_000;

interface BucketSettings {
  /** How many values of a key are kept. */
  readonly history: number;
  /** After how long an entry is forgotten, in milliseconds; left out: never. */
  readonly ttl?: number;
  readonly allow_direct?: true;
  readonly description: string;
}

export const BUCKET_SETTINGS: Readonly<Record<BucketName, BucketSettings>> = {
  runs: { history: 1, ttl: 7 * 24 * 3_600_000, allow_direct: true, description: 'What knell remembers of runs' },
  fleet: { history: 16, allow_direct: true, description: 'The mode of the whole fleet' },
  // Kept for good: a token's last warning may be a year away.
  subscriptions: { history: 5, allow_direct: true, description: 'What knell knows of subscriptions and their tokens' },
  probes: { history: 1, ttl: PROBE_INTERVAL_MS, description: 'Credentials that were probed within the last minute' },
  rules: { history: 64, description: 'Which rules are in use, and who said so' },
  // A worker that has said nothing for this long is gone.
  workers: { history: 1, ttl: 120_000, description: 'Which rules each worker runs' },
};

/** A bucket as knell creates it. */
export function bucketOptions(name: BucketName, replicas: number): Partial<KvOptions> {
  return { ...BUCKET_SETTINGS[name], replicas, storage: StorageType.File };
}

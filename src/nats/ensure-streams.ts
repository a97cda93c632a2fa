import { type JetStreamManager, type NatsConnection, NatsError, StorageType, type StreamConfig } from 'nats';
import type { BundleStore, PointerStore, WorkerRulesStore } from '../bundles/ports.ts';
import { BUCKETS, BUNDLES, STREAMS, type Subjects } from '../contracts/subjects.ts';
import { askAgain } from './ask-again.ts';
import { bucketOptions, PROBE_INTERVAL_MS } from './bucket-settings.ts';
import { explainRefusal } from './explain-refusal.ts';
import { openJetStream } from './open-jetstream.ts';
import { type Bucket, type OnReopened, openBucket } from './store/bucket.ts';
import { createBundleStore } from './store/bundle-store.ts';
import { createPointerStore } from './store/pointer-store.ts';
import { createWorkerRulesStore } from './store/worker-rules-store.ts';
import { misfitOf, type StreamFamily, wantedStream } from './stream-settings.ts';

/** JetStream's error code for a stream that does not exist. */
const STREAM_NOT_FOUND = 10059;

export interface RulesStores {
  readonly pointers: PointerStore;
  readonly bundles: BundleStore;
  readonly workers: WorkerRulesStore;
}

export interface Buckets {
  readonly runs: Bucket;
  readonly fleet: Bucket;
  readonly subscriptions: Bucket;
}

/**
 * Creates the streams and buckets of the contract that are missing; never changes or deletes one that is there.
 * All are looked for at once: each is a round trip to the server, and what is created has to reach its disk.
 *
 * @param replicas on how many servers of a cluster each is kept that is created here
 * @throws {Error} with code `STREAM_UNFIT` when one exists that knell cannot work with, saying why and what to do,
 *   `STREAM_REFUSED` when the server will not create one,
 *   or `JETSTREAM_DISABLED` when the server has no JetStream
 */
export async function ensureStreams(
  connection: NatsConnection,
  subjects: Subjects,
  replicas = 1,
  onReopened?: OnReopened,
): Promise<Buckets> {
  const manager = await openJetStream(connection);
  const families = Object.keys(STREAMS) as StreamFamily[];
  const [runs, fleet, subscriptions] = await Promise.all([
    openRuns(connection, replicas, onReopened),
    openFleet(connection, replicas, onReopened),
    openSubscriptions(connection, replicas, onReopened),
    ...families.map((family) => ensureStream(manager, family, subjects, replicas)),
  ]);
  return { runs, fleet, subscriptions };
}

/** The bucket of what is known of runs, created if it is missing. */
export function openRuns(connection: NatsConnection, replicas = 1, onReopened?: OnReopened): Promise<Bucket> {
  return openBucket(connection, BUCKETS.runs, bucketOptions('runs', replicas), onReopened);
}

/** The bucket of the fleet's mode, counts and account, created if it is missing. */
export function openFleet(connection: NatsConnection, replicas = 1, onReopened?: OnReopened): Promise<Bucket> {
  return openBucket(connection, BUCKETS.fleet, bucketOptions('fleet', replicas), onReopened);
}

/** The bucket of subscriptions, created if it is missing. */
export function openSubscriptions(connection: NatsConnection, replicas = 1, onReopened?: OnReopened): Promise<Bucket> {
  return openBucket(connection, BUCKETS.subscriptions, bucketOptions('subscriptions', replicas), onReopened);
}

/**
 * The bucket of probes that were made lately, created if it is missing. Its entries vanish by the server's own clock,
 * so machines whose clocks differ still agree on when a minute is over.
 */
export function openProbes(
  connection: NatsConnection,
  { intervalMs = PROBE_INTERVAL_MS, replicas = 1 }: { intervalMs?: number; replicas?: number } = {},
): Promise<Bucket> {
  return openBucket(connection, BUCKETS.probes, { ...bucketOptions('probes', replicas), ttl: intervalMs });
}

/** What published rules need: the pointers, the bundles and what each worker says; created where missing. */
export async function openRules(
  connection: NatsConnection,
  replicas = 1,
  onReopened?: OnReopened,
): Promise<RulesStores> {
  const [pointers, workers, bundles] = await Promise.all([
    openBucket(connection, BUCKETS.rules, bucketOptions('rules', replicas), onReopened),
    openBucket(connection, BUCKETS.workers, bucketOptions('workers', replicas)),
    connection.jetstream().views.os(BUNDLES, {
      replicas,
      storage: StorageType.File,
      description: 'Published rules, each bundle by its digest',
    }),
  ]);
  return {
    pointers: createPointerStore(pointers),
    bundles: createBundleStore(bundles),
    workers: createWorkerRulesStore(workers),
  };
}

async function ensureStream(
  manager: JetStreamManager,
  family: StreamFamily,
  subjects: Subjects,
  replicas: number,
): Promise<void> {
  const name = STREAMS[family];
  let existing: StreamConfig;
  try {
    existing = (await askAgain(() => manager.streams.info(name))).config;
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== STREAM_NOT_FOUND) throw error;
    try {
      await manager.streams.add(wantedStream(family, subjects, replicas));
    } catch (refusal) {
      throw explainRefusal(refusal, `the stream ${name}`, replicas);
    }
    return;
  }
  const misfit = misfitOf(existing, subjects.all(family));
  if (misfit) {
    throw Object.assign(
      new Error(`the JetStream stream ${name} exists but ${misfit}; knell changes no stream that it finds`),
      {
        code: 'STREAM_UNFIT',
      },
    );
  }
}

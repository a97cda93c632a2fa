import {
  DiscardPolicy,
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import type { BundleStore, PointerStore, WorkerRulesStore } from '../bundles/ports.ts';
import { BUCKETS, BUNDLES, STREAMS, type Subjects } from '../contracts/subjects.ts';
import { type Bucket, type OnReopened, openBucket } from './store/bucket.ts';
import { createBundleStore } from './store/bundle-store.ts';
import { createPointerStore } from './store/pointer-store.ts';
import { createWorkerRulesStore } from './store/worker-rules-store.ts';

const DAY_MS = 24 * 3_600_000;

/** How long each stream keeps what it holds. Logs only have to outlive the runs that print them. */
const MAX_AGE_MS: Record<keyof typeof STREAMS, number> = {
  logs: DAY_MS,
  runs: 7 * DAY_MS,
  aborts: 7 * DAY_MS,
  acks: 7 * DAY_MS,
  failures: 30 * DAY_MS,
  notices: 30 * DAY_MS,
  dead: 30 * DAY_MS,
};

/** A repeated publication within this time is dropped by its message id; deterministic ids cover what comes later. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;

const RUN_STATE_TTL_MS = 7 * DAY_MS;

/** JetStream's error code for a stream that does not exist. */
const STREAM_NOT_FOUND = 10059;

/** A credential is probed once a minute at most, over the whole fleet: the server itself forgets the last time. */
export const PROBE_INTERVAL_MS = 60_000;

/** A worker that has said nothing for this long is gone. */
const WORKER_TTL_MS = 120_000;

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
 *
 * @param replicas on how many servers of a cluster each is kept that is created here
 * @throws {Error} with code `STREAM_UNFIT` when one exists that knell cannot work with, saying why and what to do,
 *   or `JETSTREAM_DISABLED` when the server has no JetStream
 */
export async function ensureStreams(
  connection: NatsConnection,
  subjects: Subjects,
  replicas = 1,
  onReopened?: OnReopened,
): Promise<Buckets> {
  const manager = await openManager(connection);
  for (const family of Object.keys(STREAMS) as (keyof typeof STREAMS)[]) {
    await ensureStream(manager, family, subjects, replicas);
  }
  const runs = await openBucket(
    connection,
    BUCKETS.runs,
    {
      replicas,
      storage: StorageType.File,
      history: 1,
      ttl: RUN_STATE_TTL_MS,
      allow_direct: true,
      description: 'What knell remembers of runs',
    },
    onReopened,
  );
  const fleet = await openBucket(
    connection,
    BUCKETS.fleet,
    {
      replicas,
      storage: StorageType.File,
      history: 16,
      allow_direct: true,
      description: 'The mode of the whole fleet',
    },
    onReopened,
  );
  return { runs, fleet, subscriptions: await openSubscriptions(connection, replicas, onReopened) };
}

/** The bucket of subscriptions, created if it is missing. Kept for good: a token's last warning may be a year away. */
export function openSubscriptions(connection: NatsConnection, replicas = 1, onReopened?: OnReopened): Promise<Bucket> {
  return openBucket(
    connection,
    BUCKETS.subscriptions,
    {
      replicas,
      storage: StorageType.File,
      history: 5,
      allow_direct: true,
      description: 'What knell knows of subscriptions and their tokens',
    },
    onReopened,
  );
}

/**
 * The bucket of probes that were made lately, created if it is missing. Its entries vanish by the server's own clock,
 * so machines whose clocks differ still agree on when a minute is over.
 */
export function openProbes(
  connection: NatsConnection,
  { intervalMs = PROBE_INTERVAL_MS, replicas = 1 }: { intervalMs?: number; replicas?: number } = {},
): Promise<Bucket> {
  return openBucket(connection, BUCKETS.probes, {
    replicas,
    storage: StorageType.File,
    history: 1,
    ttl: intervalMs,
    description: 'Credentials that were probed within the last minute',
  });
}

/** What published rules need: the pointers, the bundles and what each worker says; created where missing. */
export async function openRules(
  connection: NatsConnection,
  replicas = 1,
  onReopened?: OnReopened,
): Promise<RulesStores> {
  const pointers = await openBucket(
    connection,
    BUCKETS.rules,
    {
      replicas,
      storage: StorageType.File,
      history: 64,
      description: 'Which rules are in use, and who said so',
    },
    onReopened,
  );
  const workers = await openBucket(connection, BUCKETS.workers, {
    replicas,
    storage: StorageType.File,
    history: 1,
    ttl: WORKER_TTL_MS,
    description: 'Which rules each worker runs',
  });
  const bundles = await connection.jetstream().views.os(BUNDLES, {
    replicas,
    storage: StorageType.File,
    description: 'Published rules, each bundle by its digest',
  });
  return {
    pointers: createPointerStore(pointers),
    bundles: createBundleStore(bundles),
    workers: createWorkerRulesStore(workers),
  };
}

async function openManager(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await connection.jetstreamManager();
  } catch (cause) {
    throw Object.assign(
      new Error('this NATS server has no JetStream: start it with -js, or enable jetstream in its configuration', {
        cause,
      }),
      { code: 'JETSTREAM_DISABLED' },
    );
  }
}

async function ensureStream(
  manager: JetStreamManager,
  family: keyof typeof STREAMS,
  subjects: Subjects,
  replicas: number,
): Promise<void> {
  const name = STREAMS[family];
  const wanted = subjects.all(family);
  let existing: StreamConfig;
  try {
    existing = (await manager.streams.info(name)).config;
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== STREAM_NOT_FOUND) throw error;
    await manager.streams.add({
      name,
      subjects: [wanted],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(MAX_AGE_MS[family]),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      num_replicas: replicas,
      allow_direct: true,
      description: `knell: ${family}`,
    });
    return;
  }
  const misfit = misfitOf(existing, wanted);
  if (misfit) {
    throw Object.assign(
      new Error(`the JetStream stream ${name} exists but ${misfit}; knell changes no stream that it finds`),
      {
        code: 'STREAM_UNFIT',
      },
    );
  }
}

/** Why an existing stream does not serve; undefined when it does. */
function misfitOf(config: StreamConfig, wanted: string): string | undefined {
  if (!config.subjects?.some((subject) => covers(subject, wanted))) {
    return `does not listen to ${wanted} (it has: ${config.subjects?.join(', ') || 'none'}): add that subject, or set KNELL_PREFIX to the prefix it uses`;
  }
  if (config.retention !== RetentionPolicy.Limits) {
    return `keeps messages by ${config.retention}: it needs retention "limits", since knell reads back what was said`;
  }
  if (config.no_ack) return 'does not confirm what it stores (no_ack): it needs to';
  if (!config.allow_direct)
    return 'does not allow direct gets: set allow_direct on it (nats stream edit --allow-direct)';
  return undefined;
}

/** Whether one subject filter takes in everything that another one does. */
function covers(wide: string, narrow: string): boolean {
  const [wides, narrows] = [wide.split('.'), narrow.split('.')];
  for (const [index, token] of wides.entries()) {
    if (token === '>') return true;
    if (token !== '*' && token !== narrows[index]) return false;
    if (token === '*' && narrows[index] === '>') return false;
  }
  return wides.length === narrows.length;
}

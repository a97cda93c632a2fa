import {
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type KV,
  type KvOptions,
  type NatsConnection,
  NatsError,
  nanos,
  StorageType,
} from 'nats';
import { askAgain } from '../ask-again.ts';
import { explainRefusal } from '../explain-refusal.ts';
import { nextMessage } from '../stored-message.ts';

/** A key-value bucket whose reads and conditional writes hold in a cluster too. */
export interface Bucket extends KV {
  readonly writes: { readonly jetstream: JetStreamClient; subjectOf(key: string): string };
  readonly reads: {
    readonly manager: JetStreamManager;
    readonly stream: string;
    readonly onReopened: (reason: string) => void;
  };
}

/** Called when a watch of a bucket, or of a stream, had ended or had missed something, and is opened anew. */
export type OnReopened = (followed: string, reason: string) => void;

/**
 * Opens a bucket, which is created if it is missing. Every get of it is answered by its leader. Buckets allow direct
 * gets, and nats.js 2.29 then uses no others: they are answered by any replica, and one that is behind says that there
 * is no entry, or tells an old one.
 */
export async function openBucket(
  connection: NatsConnection,
  name: string,
  options: Partial<KvOptions>,
  onReopened: OnReopened = () => undefined,
): Promise<Bucket> {
  await createUnpurgeable(await connection.jetstreamManager(), name, options);
  return bound(connection, name, options, onReopened);
}

/** Opens a bucket to read it, as {@link openBucket} does, but neither makes it nor asks whether it is there. */
export function openStored(connection: NatsConnection, name: string): Promise<Bucket> {
  return bound(connection, name, { bindOnly: true }, () => undefined);
}

async function bound(
  connection: NatsConnection,
  name: string,
  options: Partial<KvOptions>,
  onReopened: OnReopened,
): Promise<Bucket> {
  const manager = await connection.jetstreamManager();
  const jetstream = connection.jetstream();
  const bucket = await jetstream.views.kv(name, options);
  const read = bucket.get.bind(bucket);
  // Not in the type of KV; `test/nats/leader-reads.test.ts` fails if `direct` stops having this effect.
  return Object.assign(bucket, {
    direct: false,
    get: (...about: Parameters<KV['get']>) => askAgain(() => read(...about)),
    reads: {
      manager,
      stream: `KV_${name}`,
      onReopened: (reason: string) => onReopened(name, reason),
    },
    writes: { jetstream, subjectOf: (key: string) => `$KV.${name}.${key}` },
  });
}

/**
 * Creates a bucket that is missing as nats.js 2.29 would, but so that the server refuses to purge it. A publisher names the
 * subject that the server confirms to, past its permissions, and a confirmation sent to the purge request empties a stream.
 * The server wants roll-ups off for that; knell uses none.
 */
async function createUnpurgeable(manager: JetStreamManager, name: string, options: Partial<KvOptions>): Promise<void> {
  const { history = 1, ttl = 0, replicas = 1, storage = StorageType.File, description, allow_direct } = options;
  try {
    await askAgain(() => manager.streams.info(`KV_${name}`));
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
    const age = nanos(ttl);
    try {
      await manager.streams.add({
        name: `KV_${name}`,
        subjects: [`$KV.${name}.>`],
        max_msgs_per_subject: history,
        max_age: age,
        duplicate_window: Math.min(age || nanos(120_000), nanos(120_000)),
        discard: DiscardPolicy.New,
        storage,
        num_replicas: replicas,
        allow_direct: allow_direct ?? true,
        deny_delete: true,
        deny_purge: true,
        ...(description !== undefined && { description }),
      });
    } catch (refusal) {
      throw explainRefusal(refusal, `the bucket ${name}`, replicas);
    }
  }
}

/**
 * The keys of a bucket, deleted ones too, in order. `keys()` of nats.js 2.29 waits for good where an entry is written
 * anew while it reads: the message that it takes for the last one then never comes.
 */
export async function keysOf({ reads, writes }: Bucket): Promise<string[]> {
  const { state } = await reads.manager.streams.info(reads.stream, { subjects_filter: writes.subjectOf('>') });
  const before = writes.subjectOf('').length;
  return Object.keys(state.subjects ?? {})
    .map((subject) => subject.slice(before))
    .sort();
}

/** What was written under a key, oldest first, as far as the bucket keeps it. `history()` waits as `keys()` does. */
export async function valuesOf({ reads, writes }: Bucket, key: string): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for (let seq = 1; ; ) {
    const message = await nextMessage(reads.manager, reads.stream, writes.subjectOf(key), seq);
    if (!message) return found;
    found.push(message.data);
    seq = message.seq + 1;
  }
}

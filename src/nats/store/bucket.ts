import type { JetStreamClient, KV, KvOptions, NatsConnection } from 'nats';

/** A key-value bucket whose reads and conditional writes hold in a cluster too. */
export interface Bucket extends KV {
  readonly writes: { readonly jetstream: JetStreamClient; subjectOf(key: string): string };
}

/**
 * Opens a bucket, which is created if it is missing. Every get of it is answered by its leader. Buckets allow direct
 * gets, and nats.js 2.29 then uses no others: they are answered by any replica, and one that is behind says that there
 * is no entry, or tells an old one.
 */
export async function openBucket(
  connection: NatsConnection,
  name: string,
  options: Partial<KvOptions>,
): Promise<Bucket> {
  const jetstream = connection.jetstream();
  const bucket = await jetstream.views.kv(name, options);
  // Not in the type of KV; `test/nats/leader-reads.test.ts` fails if `direct` stops having this effect.
  return Object.assign(bucket, {
    direct: false,
    writes: { jetstream, subjectOf: (key: string) => `$KV.${name}.${key}` },
  });
}

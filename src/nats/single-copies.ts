import { type NatsConnection, NatsError } from 'nats';
import type { Logger } from 'pino';
import { BUCKETS, STREAMS } from '../contracts/subjects.ts';

/**
 * What knell keeps on one server only although the servers form a cluster: it is away while that server is. Nothing where
 * the server stands alone.
 */
export async function findSingleCopies(connection: NatsConnection): Promise<string[]> {
  const manager = await connection.jetstreamManager();
  const names = [...Object.values(STREAMS), ...Object.values(BUCKETS).map((bucket) => `KV_${bucket}`)];
  const isSingle = await Promise.all(
    names.map(async (name) => {
      try {
        const { config, cluster } = await manager.streams.info(name);
        // Only a server of a cluster tells who leads a stream.
        return cluster?.leader !== undefined && config.num_replicas === 1;
      } catch (error) {
        if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
        return false;
      }
    }),
  );
  return names.filter((_, index) => isSingle[index]);
}

/** Says which streams and buckets have one copy in a cluster. What exists is not changed. */
export async function warnOfSingleCopies(connection: NatsConnection, log: Pick<Logger, 'warn'>): Promise<void> {
  const streams = await findSingleCopies(connection);
  if (streams.length === 0) return;
  log.warn(
    { streams },
    'the NATS servers form a cluster, but these streams have one copy: knell is blind while its server is away. Set KNELL_REPLICAS=3 before they are created, or give them replicas (nats stream edit --replicas 3)',
  );
}

import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, vi } from 'vitest';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { lateReplica } from './late-replica.ts';
import { useNatsServer } from './nats.ts';
import { startNatsCluster } from './nats-cluster.ts';
import { startNatsProxy } from './nats-proxy.ts';
import { subjects } from './service.ts';

/** A kind of NATS to hold an implementation to: how it is reached, and on how many servers it keeps a stream. */
export interface NatsKind {
  readonly connection: () => NatsConnection;
  readonly replicas: number;
}

/** How far the replica is behind that answers direct gets, in milliseconds. */
const BEHIND_MS = 60_000;

/**
 * The kinds of NATS that knell must behave alike on: a server alone, one whose direct gets are answered from an old state,
 * and a cluster of three with three copies of everything. All are real and gone when the file's tests are done.
 */
export function useNatsKinds(): Readonly<
  Record<'nats' | 'nats behind a late replica' | 'a cluster of three', NatsKind>
> {
  const nats = useNatsServer();
  const hidden = useNatsServer();
  const stops: (() => Promise<unknown>)[] = [];
  const open: { late?: NatsConnection; cluster?: NatsConnection } = {};
  beforeAll(async () => {
    const proxy = await startNatsProxy(hidden.server.port, lateReplica(BEHIND_MS));
    stops.push(() => proxy.stop());
    const late = await connect({ servers: proxy.url, name: 'test' });
    stops.push(() => late.close());
    const cluster = await startNatsCluster();
    stops.push(() => cluster.stop());
    const clustered = await connect({ servers: cluster.urls.split(','), name: 'test' });
    stops.push(() => clustered.close());
    // A busy machine lets servers of a cluster miss each other for a moment: then there is no place for three copies.
    await vi.waitFor(() => ensureStreams(clustered, subjects, 3), { timeout: 30_000, interval: 200 });
    Object.assign(open, { late, cluster: clustered });
  }, 60_000);
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  const opened = (kind: keyof typeof open) => (): NatsConnection => {
    const connection = open[kind];
    if (!connection) throw new Error('the connection is there only while tests run');
    return connection;
  };
  return {
    nats: { connection: () => nats.connection, replicas: 1 },
    'nats behind a late replica': { connection: opened('late'), replicas: 1 },
    'a cluster of three': { connection: opened('cluster'), replicas: 3 },
  };
}

import type { JetStreamManager, NatsConnection } from 'nats';
import type { Subjects } from '../contracts/subjects.ts';
import { connectNats, withRights } from '../nats/connection.ts';
import { type Buckets, ensureStreams, openProbes } from '../nats/ensure-streams.ts';
import { type ServerClock, startServerClock } from '../nats/server-clock.ts';
import { warnOfSingleCopies } from '../nats/single-copies.ts';
import type { OnReopened } from '../nats/store/bucket.ts';
import type { ServiceOptions } from './service-options.ts';
import type { Shutdown } from './shutdown.ts';
import type { StartWait } from './start-wait.ts';
import { type ConnectionHealth, watchConnection } from './watch-connection.ts';

/** The NATS server as the service uses it. */
export interface OpenedServer {
  readonly connection: NatsConnection;
  /** Output has a connection of its own: what is asked of the server must not wait behind megabytes of it. */
  readonly output: NatsConnection;
  readonly links: readonly ConnectionHealth[];
  readonly manager: JetStreamManager;
  readonly buckets: Buckets;
  readonly clock: ServerClock;
  readonly onReopened: OnReopened;
}

/**
 * Connects to the server, creates the streams and buckets that are missing, and begins to read its time.
 *
 * @throws what connecting and `ensureStreams` throw
 */
export async function openServer(
  { nats, replicas = 1, log, signal }: Pick<ServiceOptions, 'nats' | 'replicas' | 'log' | 'signal'>,
  subjects: Subjects,
  wait: Pick<StartWait, 'connecting'>,
  shutdown: Shutdown,
): Promise<OpenedServer> {
  const connect = async (name: string): Promise<NatsConnection> => {
    const connection = await connectNats({ login: nats, name, log, signal, onTry: wait.connecting });
    shutdown.closes(connection);
    return connection;
  };
  const connection = await connect('knell');
  const output = await connect('knell output');
  const links = [watchConnection(connection), watchConnection(output)];
  const onReopened: OnReopened = (followed, reason) =>
    log.warn({ followed, reason }, 'a watch did not go on by itself; opening it anew');
  const buckets = await withRights(connection, () => ensureStreams(connection, subjects, replicas, onReopened));
  await warnOfSingleCopies(connection, log);
  const manager = await connection.jetstreamManager();
  const clock = await startServerClock({
    bucket: await openProbes(connection, { replicas }),
    onError: (error) => log.warn({ err: error }, "the server's time is not known afresh; the last one is counted on"),
  });
  shutdown.onStop(async () => clock.stop());
  return { connection, output, links, manager, buckets, clock, onReopened };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { startRouteProxies } from './route-proxy.ts';

const SIZE = 3;

export interface NatsCluster {
  /** The servers' addresses, comma separated. */
  readonly urls: string;
  readonly servers: readonly EmbeddedServer[];
  /** Ends one server without warning and starts it again, on the same port and store. */
  restart(index: number): Promise<void>;
  /** Which server leads a stream; undefined while none does. */
  leaderOf(manager: JetStreamManager, stream: string): Promise<number | undefined>;
  /** Cuts one server off from the others, though not from its clients, until called with nothing. */
  cutOff(index?: number): void;
  stop(): Promise<void>;
}

/** How often ports are looked for: another program may take one before the server that it was found for does. */
const TRIES = 5;

/** Three nats-servers on the loopback interface that form one cluster, as soon as JetStream has a leader. */
export async function startNatsCluster(): Promise<NatsCluster> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await startOnFreePorts();
    } catch (error) {
      if (left === 1 || !/address already in use/.test(String(error))) throw error;
    }
  }
}

async function startOnFreePorts(): Promise<NatsCluster> {
  const work = await mkdtemp(join(tmpdir(), 'knell-cluster-'));
  const ports = await freePorts(SIZE);
  const proxies = await startRouteProxies(ports.map((port, index) => ({ name: nameOf(index), port })));
  const start = (index: number, port?: number): Promise<EmbeddedServer> =>
    startEmbeddedServer({
      storeDir: join(work, `s${index}`),
      ...(port === undefined ? {} : { port }),
      args: [
        ...['-n', nameOf(index), '--cluster_name', 'knell-test'],
        ...['--cluster', `nats://127.0.0.1:${ports[index]}`],
        ...['--cluster_advertise', `127.0.0.1:${proxies.ports[index]}`],
        ...['--routes', proxies.ports.map((route) => `nats://127.0.0.1:${route}`).join(',')],
      ],
    });
  const started = await Promise.allSettled(ports.map((_, index) => start(index)));
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await Promise.all(servers.map((server) => server.stop('kill')));
    await proxies.stop();
    await rm(work, { recursive: true, force: true });
    throw failed.reason;
  }
  const urls = servers.map(({ url }) => url).join(',');
  await untilLed(servers.map(({ url }) => url));
  return {
    urls,
    servers,
    async restart(index) {
      const { port, stop } = servers[index] as EmbeddedServer;
      await stop('kill');
      servers[index] = await start(index, port);
    },
    async leaderOf(manager, stream) {
      const { cluster } = await manager.streams.info(stream);
      const index = servers.findIndex((_, at) => nameOf(at) === cluster?.leader);
      return index < 0 ? undefined : index;
    },
    cutOff: (index) => proxies.cutOff(index === undefined ? undefined : nameOf(index)),
    async stop() {
      await Promise.all(servers.map((server) => server.stop('kill')));
      await proxies.stop();
      await rm(work, { recursive: true, force: true });
    },
  };
}

const nameOf = (index: number): string => `n${index}`;

/** Ports that nothing listens on at this moment. */
async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = listeners.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(listeners.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A cluster accepts clients before it has chosen who leads JetStream, and refuses streams until then. */
async function untilLed(servers: string[]): Promise<void> {
  const connection: NatsConnection = await connect({ servers });
  const deadline = performance.now() + 120_000;
  for (;;) {
    const led = await makeProbe(connection).then(
      () => true,
      () => false,
    );
    if (led) break;
    if (performance.now() > deadline) throw new Error('the cluster has chosen no leader for two minutes');
    await pause(100);
  }
  await connection.close();
}

async function makeProbe(connection: NatsConnection): Promise<void> {
  const manager = await connection.jetstreamManager({ timeout: 1_000 });
  await manager.streams.add({ name: 'PROBE', subjects: ['probe'], num_replicas: SIZE });
  await manager.streams.delete('PROBE');
}

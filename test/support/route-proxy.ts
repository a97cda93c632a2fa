import { connect, createServer, type Socket } from 'node:net';

/** TCP proxies before the route ports of a cluster's servers, by way of which all of them speak to each other. */
export interface RouteProxies {
  readonly ports: readonly number[];
  /** From now on nothing passes between this server and the others, though no connection ends; undefined: all passes. */
  cutOff(name: string | undefined): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly sockets: readonly [Socket, Socket];
  /** The servers at its ends, as far as they have said who they are. */
  readonly names: Set<string>;
  isMute: boolean;
}

/** How a server says its name in INFO: https://docs.nats.io/reference/reference-protocols/nats-server-protocol */
const NAME = /"server_name":"([^"]+)"/;

/** @param targets the servers' names and route ports */
export async function startRouteProxies(
  targets: readonly { readonly name: string; readonly port: number }[],
): Promise<RouteProxies> {
  const pairs = new Set<Pair>();
  let isolated: string | undefined;
  const servers = await Promise.all(
    targets.map(async ({ name, port }) => {
      const server = createServer((client) => {
        const upstream = connect(port, '127.0.0.1');
        const pair: Pair = { sockets: [client, upstream], names: new Set([name]), isMute: isolated === name };
        pairs.add(pair);
        for (const [from, to] of [pair.sockets, pair.sockets.toReversed()] as [Socket, Socket][]) {
          from.setNoDelay(true).on('data', (bytes) => {
            // Who has called says so first; later it may speak of others.
            const said = from === client && pair.names.size < 2 ? NAME.exec(bytes.toString('latin1'))?.[1] : undefined;
            if (said !== undefined) pair.names.add(said);
            if (isolated !== undefined && pair.names.has(isolated)) pair.isMute = true;
            if (!pair.isMute) to.write(bytes);
          });
          from
            .on('error', () => to.destroy())
            .on('close', () => {
              pairs.delete(pair);
              to.destroy();
            });
        }
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return {
    ports: servers.map((server) => (server.address() as { port: number }).port),
    cutOff(name) {
      isolated = name;
      for (const pair of pairs) {
        if (name !== undefined && pair.names.has(name)) pair.isMute = true;
        // What was lost meanwhile is lost: such a connection begins anew.
        else if (pair.isMute) for (const socket of pair.sockets) socket.destroy();
      }
    },
    async stop() {
      for (const { sockets } of pairs) for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

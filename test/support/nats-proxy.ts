import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { bytesOf, createFrameReader, type Frame } from './nats-frames.ts';

export interface NatsProxy {
  readonly url: string;
  /** Cuts every connection that is open. */
  cut(): void;
  stop(): Promise<void>;
}

/** Where a frame goes: to `onward`, in its direction, or to `back`, to whom it came from. */
export interface Way {
  onward(frame: Frame, delayMs?: number): void;
  back(frame: Frame): void;
  /** Closes this connection. */
  cut(): void;
}

export interface ProxyHooks {
  /** What a client sends. Left out: it is passed on. */
  readonly fromClient?: (frame: Frame, way: Way) => void;
  /** What the server sends. Left out: it is passed on. */
  readonly fromServer?: (frame: Frame, way: Way) => void;
}

/** A TCP proxy before a nats-server that understands the protocol, and may lose, double, delay or answer what passes. */
export async function startNatsProxy(targetPort: number, hooks: ProxyHooks): Promise<NatsProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const cut = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', cut).on('close', cut);
    const wayOf = (to: Socket, from: Socket): Way => ({
      onward(frame, delayMs) {
        if (delayMs === undefined) to.write(bytesOf(frame));
        else setTimeout(() => to.writable && to.write(bytesOf(frame)), delayMs).unref();
      },
      back: (frame) => from.write(bytesOf(frame)),
      cut,
    });
    const [toServer, toClient] = [wayOf(upstream, client), wayOf(client, upstream)];
    const { fromClient = pass, fromServer = pass } = hooks;
    client.on(
      'data',
      createFrameReader((frame) => fromClient(frame, toServer)),
    );
    upstream.on(
      'data',
      createFrameReader((frame) => fromServer(withoutPeers(frame), toClient)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = (): void => {
    for (const [client] of pairs) client.destroy();
  };
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: cutAll,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cutAll();
      await closed;
    },
  };
}

function pass(frame: Frame, way: Way): void {
  way.onward(frame);
}

/** A server tells clients of its peers; behind a proxy they must not learn of another way in. */
function withoutPeers(frame: Frame): Frame {
  if (frame.verb !== 'INFO') return frame;
  const { connect_urls: _, ...info } = JSON.parse(frame.words[0] ?? '{}') as Record<string, unknown>;
  return { verb: 'INFO', words: [JSON.stringify(info)] };
}

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  type ClientTransportMessage,
  decodeClientStream,
  encodeMessage,
  generateAck,
  parseTransport,
  type Time,
} from '@fluent-org/logger/build/src/protocol.js';

export interface PeerEvent {
  readonly tag: string;
  readonly time: Time;
  readonly record: Record<string, unknown>;
}

/** One event that arrived, and the means to treat its sender well or badly. */
export interface Exchange {
  readonly socket: Socket;
  /** The right acknowledgement, as bytes. */
  readonly ack: Buffer;
  /** Number of the event among all that ever arrived, from 0. */
  readonly number: number;
}

export interface ForwardPeerOptions {
  port?: number;
  /** What to do with an event. Left out: acknowledge it. */
  answer?: (exchange: Exchange) => unknown;
  /** What to do with a new connection, by its number from 0. `ignore`: never read from it. */
  accept?: (number: number, socket: Socket) => 'read' | 'ignore';
}

export interface ForwardPeer {
  readonly port: number;
  readonly events: PeerEvent[];
  /** How many there ever were. */
  connections(): number;
  /** How many there are now. */
  openConnections(): number;
  /** Resolves at the next connection. */
  nextConnection(): Promise<void>;
  stop(): Promise<void>;
}

/** A Forward server with manners of the test's choosing. It shares no code with the library under test. */
export async function startForwardPeer(options: ForwardPeerOptions = {}): Promise<ForwardPeer> {
  const { port = 0, answer = ({ socket, ack }) => socket.write(ack), accept = () => 'read' } = options;
  const events: PeerEvent[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, async (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (accept(connections++, socket) === 'ignore') {
      socket.pause();
      return;
    }
    try {
      for await (const message of decodeClientStream(socket)) {
        const { tag, entries, chunk } = parseTransport(message as ClientTransportMessage);
        for (const [time, record] of entries) events.push({ tag, time, record });
        await answer({ socket, ack: encodeAck(chunk), number: events.length - 1 });
      }
    } catch {
      // The sender hung up in the middle of a message.
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    events,
    connections: () => connections,
    openConnections: () => sockets.size,
    nextConnection: async () => {
      await once(server, 'connection');
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes the pieces as TCP segments of their own: the other end reads one in between, because both share an event loop. */
export async function writeInPieces(socket: Socket, bytes: Buffer, pieceBytes: number): Promise<void> {
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    socket.write(bytes.subarray(start, start + pieceBytes));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What a Forward server answers to a chunk. */
export function encodeAck(chunk = ''): Buffer {
  return Buffer.from(encodeMessage(generateAck(chunk)));
}

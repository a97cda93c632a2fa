import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';

/** A real nats-server on a private port for the tests of one file, gone when they are done. */
export function useNatsServer(): { readonly server: EmbeddedServer; readonly connection: NatsConnection } {
  let server: EmbeddedServer | undefined;
  let connection: NatsConnection | undefined;
  beforeAll(async () => {
    server = await startEmbeddedServer();
    connection = await connect({ servers: server.url, name: 'test' });
  });
  afterAll(async () => {
    await connection?.close();
    await server?.stop();
  });
  return {
    get server() {
      if (!server) throw new Error('the server is there only while tests run');
      return server;
    },
    get connection() {
      if (!connection) throw new Error('the connection is there only while tests run');
      return connection;
    },
  };
}

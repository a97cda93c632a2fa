import { type ConnectionOptions, connect, DebugEvents, Events, type NatsConnection } from 'nats';
import type { Logger } from 'pino';

export interface ConnectOptions {
  /** One URL or several, comma separated, as in `NATS_URL`. User and password may stand in it. */
  readonly url: string;
  /** What this connection is called in the server's own monitoring. */
  readonly name: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Give up on the first connection after this long; left out: keep trying for ever. Milliseconds. */
  readonly firstTimeoutMs?: number;
}

/**
 * Connects to NATS, and keeps the connection: afterwards it reconnects for ever.
 *
 * @throws {Error} with code `NATS_UNREACHABLE` when `firstTimeoutMs` is given and has passed
 */
export async function connectNats(options: ConnectOptions): Promise<NatsConnection> {
  const { log, name, firstTimeoutMs } = options;
  const servers = options.url.split(',').map((server) => server.trim());
  const settings: ConnectionOptions = {
    servers,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    waitOnFirstConnect: firstTimeoutMs === undefined,
    timeout: firstTimeoutMs ?? 5_000,
  };
  const waiting = setInterval(() => {
    log.warn({ servers: servers.map(withoutPassword) }, 'no NATS server answers yet; trying again');
  }, 5_000);
  waiting.unref();
  try {
    const connection = await connect(settings);
    void logStatus(connection, log);
    return connection;
  } catch (cause) {
    const where = servers.map(withoutPassword).join(', ');
    throw Object.assign(
      new Error(`no NATS server answers at ${where}: start one, or point NATS_URL (or --nats) at a running one`, {
        cause,
      }),
      { code: 'NATS_UNREACHABLE' },
    );
  } finally {
    clearInterval(waiting);
  }
}

async function logStatus(connection: NatsConnection, log: ConnectOptions['log']): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === Events.Disconnect)
      log.warn({ server: String(status.data) }, 'lost the NATS server; reconnecting');
    else if (status.type === Events.Reconnect) log.info({ server: String(status.data) }, 'NATS is back');
    else if (status.type === Events.Error) log.warn({ error: String(status.data) }, 'NATS reported an error');
    else if (status.type === DebugEvents.StaleConnection) log.warn('the NATS connection went stale');
  }
}

/** A server's address as it may be shown. */
function withoutPassword(server: string): string {
  return server.replace(/\/\/[^@/]*@/, '//');
}

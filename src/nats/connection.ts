import { setTimeout as sleep } from 'node:timers/promises';
import { DebugEvents, Events, type NatsConnection } from 'nats';
import type { Logger } from 'pino';
import { connectWith } from '../login/connect.ts';
import { explainForbidden, problemError } from '../login/connect-error.ts';
import type { Login } from '../login/login.ts';

export interface ConnectOptions {
  readonly login: Login;
  /** What this connection is called in the server's own monitoring. */
  readonly name: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Give up on the first connection after this long; left out: keep trying for ever. Milliseconds. */
  readonly firstTimeoutMs?: number;
  /** Told why a try failed after which it tries again; and, with nothing, that it is connected. */
  readonly onTry?: (reason: string | undefined) => void;
  /** Aborted when nobody wants the connection any more. */
  readonly signal?: AbortSignal | undefined;
}

const RETRY_MS = 500;
/** While the server is away, it is told this often, in milliseconds; a new reason is told at once. */
const TELL_EVERY_MS = 30_000;

/**
 * Connects to NATS, and keeps the connection: afterwards it reconnects for ever. A server that is away is waited for;
 * one that refuses the login, or whose certificate is not trusted, is not: that wants a person.
 *
 * @throws {Error} with the code and message of a `ConnectProblem`; `NATS_UNREACHABLE` only where `firstTimeoutMs` is given;
 *   the reason of `signal`
 */
export async function connectNats(options: ConnectOptions): Promise<NatsConnection> {
  const { login, log, name, firstTimeoutMs, onTry, signal } = options;
  let told = { atMs: 0, reason: '' };
  for (;;) {
    signal?.throwIfAborted();
    try {
      const wanted = {
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RETRY_MS,
        // Else nats.js takes a stack for each request, in case it fails.
        noAsyncTraces: true,
        // A login that was good once is tried again: its file may be replaced, its account come back.
        ignoreAuthErrorAbort: true,
        ...(firstTimeoutMs !== undefined && { timeout: firstTimeoutMs }),
      };
      const connection = await connectWith(login, wanted, signal);
      onTry?.(undefined);
      void logStatus(connection, log);
      return connection;
    } catch (error) {
      if (firstTimeoutMs !== undefined || (error as { code?: string }).code !== 'NATS_UNREACHABLE') throw error;
      const reason = (error as Error).message;
      onTry?.(reason);
      if (reason !== told.reason || performance.now() - told.atMs >= TELL_EVERY_MS) {
        told = { atMs: performance.now(), reason };
        log.warn({ reason }, 'not connected yet; trying again');
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * Settles with what `work` does, or throws as soon as the server says that this login lacks a right: what needs it would
 * only run out of time.
 *
 * @throws {Error} with code `NATS_FORBIDDEN` that names the subject; and whatever `work` throws
 */
export async function withRights<T>(connection: NatsConnection, work: () => Promise<T>): Promise<T> {
  const statuses = connection.status();
  const refusal = (async (): Promise<never> => {
    for await (const { type, data, permissionContext } of statuses) {
      const problem = type === Events.Error ? explainForbidden({ code: data, permissionContext }) : undefined;
      if (problem) throw problemError(problem);
    }
    return new Promise(() => undefined);
  })();
  try {
    return await Promise.race([work(), refusal]);
  } catch (error) {
    const problem = explainForbidden(error);
    throw problem ? problemError(problem, error) : error;
  } finally {
    refusal.catch(() => undefined);
    // The client's own iterator can be stopped; its type leaves that out.
    (statuses as typeof statuses & { stop(): void }).stop();
  }
}

async function logStatus(connection: NatsConnection, log: ConnectOptions['log']): Promise<void> {
  for await (const { type, data, permissionContext } of connection.status()) {
    if (type === Events.Disconnect) log.warn({ server: String(data) }, 'lost the NATS server; reconnecting');
    else if (type === Events.Reconnect) log.info({ server: String(data) }, 'NATS is back');
    else if (type === Events.Error) {
      const problem = explainForbidden({ code: data, permissionContext });
      if (problem) log.error({ code: problem.code }, problem.message);
      else if (/maximum (?:\w+ )*connections exceeded/i.test(String(data)))
        log.error('the NATS server takes no more connections (its max_connections is reached); trying again');
      else if (data === 'AUTHORIZATION_VIOLATION') log.error('the NATS server refuses the login now; trying again');
      else log.warn({ error: String(data) }, 'NATS reported an error');
    } else if (type === DebugEvents.StaleConnection) log.warn('the NATS connection went stale');
  }
}

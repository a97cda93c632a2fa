import { type ConnectionOptions, connect, type NatsConnection } from 'nats';
import { closingAbandoned } from './abandoned-sockets.ts';
import { type ConnectProblem, explainConnectError, problemError } from './connect-error.ts';
import { connectionOptions } from './connection-options.ts';
import { whoListens } from './first-words.ts';
import type { Login } from './login.ts';

const TRY_TIMEOUT_MS = 5_000;

/**
 * One try to connect with a login.
 *
 * @param signal aborted when nobody wants the connection any more
 * @throws {Error} with the code and message of a {@link ConnectProblem}; the reason of `signal`
 */
export async function connectWith(
  login: Login,
  options: ConnectionOptions,
  signal?: AbortSignal,
): Promise<NatsConnection> {
  try {
    // With traces, nats.js 2.29 makes a stack for each request, and adds it to one error that all requests which are under
    // way when a connection closes share: a thousand errors of a megabyte.
    const whole = { timeout: TRY_TIMEOUT_MS, noAsyncTraces: true, ...connectionOptions(login), ...options };
    return await closingAbandoned(() => connect(whole), signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw problemError(await problemOf(cause, login), cause);
  }
}

async function problemOf(cause: unknown, { servers }: Login): Promise<ConnectProblem> {
  const where = servers.join(', ');
  if (!HUNG_UP.has((cause as { code?: string }).code)) return explainConnectError(cause, where);
  const listeners = await Promise.all(servers.map((server) => whoListens(server)));
  if (listeners.includes('certificate')) {
    return explainConnectError({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, where);
  }
  if (listeners.includes('full')) return explainConnectError({ message: 'maximum connections exceeded' }, where);
  const stranger = listeners.findIndex((listener) => listener === 'http' || listener === 'silent');
  if (stranger === -1) return explainConnectError(cause, where);
  const at = servers[stranger];
  const message =
    listeners[stranger] === 'http'
      ? `what listens at ${at} is a web server, and no NATS server: ${NAME_ITS_PORT}`
      : `what listens at ${at} says nothing: it is no NATS server, or one that is frozen. Wake or restart that one, or ${NAME_ITS_PORT}`;
  return { code: 'NATS_UNREACHABLE', message };
}

const NAME_ITS_PORT = "name the NATS server's own port in NATS_URL or --nats (4222, where nothing else was set)";

/** What the client sees of a server that hangs up before the login; which of these is a matter of chance. */
const HUNG_UP: ReadonlySet<string | undefined> = new Set(['TIMEOUT', 'EPIPE', 'ECONNRESET', 'CONNECTION_REFUSED']);

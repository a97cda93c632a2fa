import { type ConnectionOptions, connect, type NatsConnection } from 'nats';
import { type ConnectProblem, explainConnectError, problemError } from './connect-error.ts';
import { connectionOptions } from './connection-options.ts';
import { demandsCertificate } from './demands-certificate.ts';
import type { Login } from './login.ts';

const TRY_TIMEOUT_MS = 5_000;

/**
 * One try to connect with a login.
 * @throws {Error} with the code and message of a {@link ConnectProblem}
 */
export async function connectWith(login: Login, options: ConnectionOptions): Promise<NatsConnection> {
  try {
    // With traces, nats.js 2.29 makes a stack for each request, and adds it to one error that all requests which are under
    // way when a connection closes share: a thousand errors of a megabyte.
    return await connect({ timeout: TRY_TIMEOUT_MS, noAsyncTraces: true, ...connectionOptions(login), ...options });
  } catch (cause) {
    throw problemError(await problemOf(cause, login), cause);
  }
}

async function problemOf(cause: unknown, { servers }: Login): Promise<ConnectProblem> {
  const where = servers.join(', ');
  const timedOut = (cause as { code?: string }).code === 'TIMEOUT';
  if (timedOut && (await Promise.all(servers.map((server) => demandsCertificate(server)))).includes(true)) {
    return explainConnectError({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, where);
  }
  return explainConnectError(cause, where);
}

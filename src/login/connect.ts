import { type ConnectionOptions, connect, type NatsConnection } from 'nats';
import { type ConnectProblem, explainConnectError, problemError } from './connect-error.ts';
import { connectionOptions } from './connection-options.ts';
import { firstWords } from './first-words.ts';
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
  if (HUNG_UP.has((cause as { code?: string }).code)) {
    const said = await Promise.all(servers.map((server) => firstWords(server)));
    if (said.some(({ demandsCertificate }) => demandsCertificate)) {
      return explainConnectError({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, where);
    }
    if (said.some(({ isFull }) => isFull))
      return explainConnectError({ message: 'maximum connections exceeded' }, where);
  }
  return explainConnectError(cause, where);
}

/** What the client sees of a server that hangs up before the login; which of these is a matter of chance. */
const HUNG_UP: ReadonlySet<string | undefined> = new Set(['TIMEOUT', 'EPIPE', 'ECONNRESET', 'CONNECTION_REFUSED']);

import type { JetStreamAccountStats, NatsConnection } from 'nats';
import type { Login } from '../../login/login.ts';
import { explainJetStream, sentenceOf } from '../../nats/explain-jetstream.ts';
import { type Check, failed, ok, warning } from './check.ts';

/** The oldest nats-server that has all that knell uses. */
const MINIMUM = [2, 9, 10];

/** JetStream is nearly full from this share of its limit on. */
const NEARLY = 0.9;

/** The server that answered: its version, as whom, and how far away it is. */
export async function lookAtServer(connection: NatsConnection, login: Login): Promise<readonly Check[]> {
  const version = connection.info?.version ?? '?';
  const took = await connection.rtt();
  const where = `nats-server ${version} at ${connection.getServer()}, logged in ${whoIs(login)}, ${took} ms away`;
  if (isOlder(version)) {
    return [failed('server', `${where}: ${MINIMUM.join('.')} or newer is needed`)];
  }
  return [ok('server', where)];
}

/** How a login names itself; without secrets. */
function whoIs({ user, token, tokenFile, nkeyFile, credsFile, tls }: Login): string {
  const as =
    user !== undefined
      ? `as ${user}`
      : nkeyFile !== undefined
        ? `by the nkey in ${nkeyFile}`
        : credsFile !== undefined
          ? `by ${credsFile}`
          : token !== undefined || tokenFile !== undefined
            ? 'by a token'
            : tls?.certFile !== undefined
              ? `by ${tls.certFile}`
              : 'without a name';
  return tls ? `${as} over TLS` : as;
}

function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, least] of MINIMUM.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/** JetStream: whether it is there, and how much of its limits is used. */
export async function lookAtJetStream(connection: NatsConnection): Promise<readonly Check[]> {
  const name = 'jetstream';
  let info: JetStreamAccountStats;
  try {
    info = await (await connection.jetstreamManager()).getAccountInfo();
  } catch (error) {
    const problem = explainJetStream(error, connection.info);
    if (!problem) throw error;
    return [failed(name, sentenceOf(problem))];
  }
  const { storage, limits, streams } = info;
  const used = `${streams} streams, ${megabytesOf(storage)} MB`;
  if (limits.max_storage > 0 && storage > limits.max_storage * NEARLY) {
    const message = `${used} of ${megabytesOf(limits.max_storage)} MB are used: give the account more, or the streams less room`;
    return [warning(name, message)];
  }
  return [ok(name, used)];
}

function megabytesOf(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

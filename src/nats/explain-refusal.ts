import { NatsError } from 'nats';

/** JetStream's error codes for what it will not create (https://github.com/nats-io/nats-server/blob/main/server/errors.json). */
const TOO_FEW_SERVERS = new Set([10005, 10074]);
const NO_ROOM = new Set([10023, 10028, 10047]);
const TOO_MANY = new Set([10026, 10027]);

/**
 * Why JetStream refused to create a stream or bucket, in words for whoever has to mend it.
 *
 * @returns the error itself where it is about something else
 */
export function explainRefusal(error: unknown, name: string, replicas: number): unknown {
  const number = error instanceof NatsError ? error.api_error?.err_code : undefined;
  if (number === undefined) return error;
  const refused = (what: string): Error => Object.assign(new Error(what, { cause: error }), { code: 'STREAM_REFUSED' });
  if (TOO_FEW_SERVERS.has(number)) {
    return refused(
      `the NATS server can't keep ${replicas} copies of ${name}: it stands alone, or its cluster has fewer servers with JetStream. Set KNELL_REPLICAS to at most their number (1 for a single server), or start more`,
    );
  }
  const said = (error as NatsError).api_error?.description;
  if (NO_ROOM.has(number)) {
    return refused(
      `the NATS server has no room for ${name} (${said}): give JetStream more (max_file_store in its configuration, or the account's limits)`,
    );
  }
  if (TOO_MANY.has(number)) {
    return refused(
      `the NATS server takes no more streams, so ${name} could not be created (${said}): raise the account's limit`,
    );
  }
  return error;
}

import { Events, type NatsConnection } from 'nats';
import { STREAMS } from '../contracts/subjects.ts';
import { explainForbidden } from '../login/connect-error.ts';

export interface ConnectionHealth {
  isAway(): boolean;
  /** Why what is to be read can't be asked for, read back or acknowledged; undefined where it can, as far as is known. */
  refusal(): string | undefined;
}

/** What reading and deciding need a right for, and ask for over and over. */
const READING = new RegExp(
  `^\\$JS\\.(?:API\\.(?:CONSUMER\\.MSG\\.NEXT\\.|STREAM\\.MSG\\.GET\\.(?:${STREAMS.logs}|${STREAMS.runs})$)|ACK\\.)`,
);
/** How long a refusal counts, in milliseconds: longer than a request for messages lives, and than a message waits that is tried again. */
const COUNTS_MS = 30_000;

/**
 * Watches a connection: whether the server is away, and whether it refuses what reading needs.
 *
 * @param nowMs milliseconds from some moment on
 */
export function watchConnection(connection: NatsConnection, nowMs = () => performance.now()): ConnectionHealth {
  let away = false;
  let refused: { readonly message: string; readonly atMs: number } | undefined;
  void (async () => {
    for await (const { type, data, permissionContext } of connection.status()) {
      if (type === Events.Disconnect) away = true;
      else if (type === Events.Reconnect) away = false;
      else if (type === Events.Error && READING.test(permissionContext?.subject ?? '')) {
        const problem = explainForbidden({ code: data, permissionContext });
        if (problem) refused = { message: problem.message, atMs: nowMs() };
      }
    }
  })();
  return {
    isAway: () => away || connection.isClosed(),
    refusal: () => (refused && nowMs() - refused.atMs < COUNTS_MS ? refused.message : undefined),
  };
}

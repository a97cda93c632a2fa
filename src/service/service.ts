import { ErrorCode, NatsError } from 'nats';
import { explainForbidden, problemError } from '../login/connect-error.ts';
import { openFrontDoor } from './front-door.ts';
import type { ServiceOptions } from './service-options.ts';
import { type Service, startOnce } from './start-once.ts';

export type { Service };

/**
 * Starts the service: HTTP, connection, streams, dueWorker, workers, in that order; stops in reverse.
 * What had started is stopped again when a later step fails. Where the server goes away meanwhile, or JetStream has no leader, it begins again; HTTP stays.
 *
 * @throws {Error} with a code and a message for its operator: NATS_LOGIN_REFUSED,
 *   NATS_TLS_FAILED, NATS_FORBIDDEN, JETSTREAM_DISABLED, STREAM_UNFIT, STREAM_REFUSED,
 *   CONSUMER_MISFIT
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const door = options.http && (await openFrontDoor(options.http, options.log));
  for (let lastTry: string | undefined; ; ) {
    try {
      const service = await startOnce(options, door, lastTry);
      return {
        ...service,
        async stop() {
          await service.stop();
          await door?.stop();
        },
      };
    } catch (error) {
      const forbidden = explainForbidden(error);
      const away = forbidden ? undefined : awayBy(error);
      if (away === undefined) {
        await door?.stop();
        throw forbidden ? problemError(forbidden, error) : error;
      }
      lastTry = away;
      options.log.warn({ reason: away }, 'the NATS server went away while the service started; starting again');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** How long after a try that failed the start begins again, in milliseconds: a cluster without a leader says so at once. */
const AGAIN_MS = 1_000;

/** What a request ends in when the server goes away, or has no JetStream for the moment. */
const AWAY: ReadonlySet<string> = new Set([ErrorCode.Timeout, ErrorCode.Disconnect, ErrorCode.NoResponders]);

/** Why the server may do later what it did not now; undefined where the error is about something else. */
function awayBy(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && error.code === 'JETSTREAM_AWAY') return error.message;
  if (!(error instanceof NatsError) || !AWAY.has(error.code)) return undefined;
  return `the NATS server went away, or did not answer in time (${error.code})`;
}

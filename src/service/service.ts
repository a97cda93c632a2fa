import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, NatsError } from 'nats';
import { explainForbidden, problemError } from '../login/connect-error.ts';
import { explainJetStream, sentenceOf } from '../nats/explain-jetstream.ts';
import { openFrontDoor } from './front-door.ts';
import type { ServiceOptions } from './service-options.ts';
import { type Service, startOnce } from './start-once.ts';
import { createStartWait } from './start-wait.ts';

export type { Service };

/**
 * Starts the service: HTTP, connection, streams, dueWorker, workers, in that order; stops in reverse.
 * What had started is stopped again when a later step fails, or `options.signal` is aborted. Where the server goes away meanwhile, or
 * JetStream has no leader, it begins again; HTTP stays.
 *
 * @throws {Error} with a code and a message for its operator: NATS_LOGIN_REFUSED,
 *   NATS_TLS_FAILED, NATS_FORBIDDEN, JETSTREAM_DISABLED, STREAM_UNFIT, STREAM_REFUSED,
 *   CONSUMER_MISFIT; and the reason of `options.signal`
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { http, log, signal } = options;
  signal?.throwIfAborted();
  const door = http && (await openFrontDoor(http, log));
  const wait = createStartWait(log);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const started = await startOnce(options, door, wait).catch((error: unknown) => {
        wait.beginsAgain(awayBy(error, options.nats.servers.join(', ')));
        return undefined;
      });
      if (started) return { ...started, stop: () => started.stop().then(() => door?.stop()) };
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    await door?.stop();
    throw error;
  }
}

/** How long after a try that failed the start begins again, in milliseconds: a cluster without a leader says so at once. */
const AGAIN_MS = 1_000;

/** What a request ends in when the server goes away, or has no JetStream for the moment. */
const AWAY: ReadonlySet<string> = new Set([ErrorCode.Timeout, ErrorCode.Disconnect, ErrorCode.NoResponders]);

/**
 * Why the server may do later what it did not now.
 *
 * @param where the server, as it may be shown
 * @throws the error, explained, where it is about something else
 */
function awayBy(error: unknown, where: string): string {
  const forbidden = explainForbidden(error);
  if (forbidden) throw problemError(forbidden, error);
  if (error instanceof Error && 'code' in error && error.code === 'JETSTREAM_AWAY') return error.message;
  const problem = explainJetStream(error);
  if (problem?.code === 'JETSTREAM_AWAY') return sentenceOf(problem);
  if (!(error instanceof NatsError) || !AWAY.has(error.code)) throw error;
  return `the NATS server went away, or did not answer in time (${error.code} at ${where}): it may be starting, or its cluster have no leader yet; where that lasts, its log and "knell doctor" say more`;
}

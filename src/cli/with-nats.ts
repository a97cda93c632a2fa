import { ErrorCode, type NatsConnection, NatsError } from 'nats';
import { createSubjects, type Subjects } from '../contracts/subjects.ts';
import { createLogger } from '../logging/logger.ts';
import { readLogin } from '../login/read-login.ts';
import { connectNats, withRights } from '../nats/connection.ts';
import { explainFailure } from '../nats/explain-failure.ts';
import { openJetStream } from '../nats/open-jetstream.ts';
import { readEnvironment, UsageError } from '../service/config.ts';

/** How long a command that only asks waits for a server, in milliseconds. */
const FIRST_TIMEOUT_MS = 3_000;

/**
 * Connects for one command, runs it, and disconnects. The command gets to know on how many servers it keeps what it creates, and
 * by a signal that it is over: it may have failed while it waits for something else.
 * @throws {UsageError} when no server is named; an error with a code and message for
 *   the user when the server does not answer, does not let knell in, or does not allow what the command does
 */
export async function withNats<T>(
  given: string | undefined,
  use: (connection: NatsConnection, subjects: Subjects, replicas: number, over: AbortSignal) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment(process.env);
  const login = readLogin(given, environment);
  if (login === undefined) throw new UsageError('which NATS server? Set NATS_URL or NATS_CONTEXT, or give --nats URL');
  const connection = await connectNats({
    login,
    name: 'knell-cli',
    log: createLogger('silent'),
    firstTimeoutMs: FIRST_TIMEOUT_MS,
  });
  const over = new AbortController();
  try {
    return await withRights(connection, () =>
      use(connection, createSubjects(environment.KNELL_PREFIX), environment.KNELL_REPLICAS, over.signal),
    );
  } catch (error) {
    // Nobody took a request: where that was JetStream's, it is not there.
    if ((error as { code?: unknown }).code === ErrorCode.NoResponders) await openJetStream(connection);
    throw isStreamMissing(error) ? nothingHere(error) : refused(error);
  } finally {
    over.abort();
    await connection.close();
  }
}

/** nats-server's `JSStreamNotFoundErr`. */
const STREAM_NOT_FOUND = 10059;

function isStreamMissing(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === STREAM_NOT_FOUND;
}

/** What a person can do about a server's refusal; the error itself where it is about something else. */
function refused(error: unknown): unknown {
  const reason = error instanceof NatsError ? explainFailure(error) : undefined;
  if (reason === undefined) return error;
  return Object.assign(new Error(`this was not done, or not all of it: ${reason}`, { cause: error }), {
    code: 'STREAM_REFUSED',
  });
}

function nothingHere(cause: unknown): Error {
  const message =
    'this NATS server lacks streams of knell: no "knell serve" has run on it yet (with this KNELL_PREFIX), or its store was made anew since, and "knell serve" must be started again; or NATS_URL (or --nats) means another server';
  return Object.assign(new Error(message, { cause }), { code: 'STREAM_MISSING' });
}

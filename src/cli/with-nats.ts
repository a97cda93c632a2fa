import { ErrorCode, type NatsConnection, NatsError } from 'nats';
import { createSubjects, type Subjects } from '../contracts/subjects.ts';
import { createLogger } from '../logging/logger.ts';
import { readLogin } from '../login/read-login.ts';
import { connectNats, withRights } from '../nats/connection.ts';
import { explainFailure } from '../nats/explain-failure.ts';
import { openJetStream } from '../nats/open-jetstream.ts';
import { readEnvironment, UsageError } from '../service/config.ts';
import { untilAway, wentAway } from './until-away.ts';

/** How long a command that only asks waits for a server, in milliseconds. */
const FIRST_TIMEOUT_MS = 3_000;

export interface NatsUse {
  /** It follows something, and waits for a server that is away, however long. */
  readonly follows?: boolean;
}

/**
 * Connects for one command, runs it, and disconnects. The command gets to know on how many servers it keeps what it creates, and
 * by a signal that it is over: it may have failed while it waits for something else.
 * @throws {UsageError} when no server is named; an error with a code and message for
 *   the user when the server does not answer, goes away meanwhile and does not come back soon, does not let knell in, or
 *   does not allow what the command does
 */
export async function withNats<T>(
  given: string | undefined,
  use: (connection: NatsConnection, subjects: Subjects, replicas: number, over: AbortSignal) => Promise<T>,
  { follows = false }: NatsUse = {},
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
  const where = login.servers.join(', ');
  const over = new AbortController();
  try {
    const subjects = createSubjects(environment.KNELL_PREFIX);
    return await withRights(connection, () => {
      const used = use(connection, subjects, environment.KNELL_REPLICAS, over.signal);
      return follows ? used : Promise.race([used, untilAway(connection, where, over.signal)]);
    });
  } catch (caught) {
    const error = await withoutJetStream(connection, caught);
    throw isStreamMissing(error) ? nothingHere(error) : refused(error, where);
  } finally {
    over.abort();
    await connection.close();
  }
}

/** The same error; where nobody took a request, and that was since JetStream is not there, one that says so. */
async function withoutJetStream(connection: NatsConnection, error: unknown): Promise<unknown> {
  if ((error as { code?: unknown }).code !== ErrorCode.NoResponders) return error;
  return openJetStream(connection).then(
    () => error,
    (reason: unknown) => reason,
  );
}

/** nats-server's `JSStreamNotFoundErr`. */
const STREAM_NOT_FOUND = 10059;

function isStreamMissing(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === STREAM_NOT_FOUND;
}

/** What a request ends in when its connection does. */
const CUT: ReadonlySet<string> = new Set([
  ErrorCode.Disconnect,
  ErrorCode.ConnectionClosed,
  ErrorCode.ConnectionDraining,
]);

/** What a person can do about a server's refusal; the error itself where it is about something else. */
function refused(error: unknown, where: string): unknown {
  if (error instanceof NatsError && CUT.has(error.code)) return wentAway(where, error);
  const reason = error instanceof NatsError ? explainFailure(error) : undefined;
  if (reason === undefined) return error;
  return Object.assign(new Error(`this was not done, or not all of it (${where}): ${reason}`, { cause: error }), {
    code: 'STREAM_REFUSED',
  });
}

function nothingHere(cause: unknown): Error {
  const message =
    'this NATS server lacks streams of knell: no "knell serve" has run on it yet (with this KNELL_PREFIX), or its store was made anew since, and "knell serve" must be started again; or NATS_URL (or --nats) means another server';
  return Object.assign(new Error(message, { cause }), { code: 'STREAM_MISSING' });
}

import { Option } from 'commander';
import type { NatsConnection } from 'nats';
import { createSubjects, type Subjects } from '../contracts/subjects.ts';
import { createLogger } from '../logging/logger.ts';
import { connectNats } from '../nats/connection.ts';
import { readEnvironment, UsageError } from '../service/config.ts';

/** How long a command that only asks waits for a server, in milliseconds. */
const FIRST_TIMEOUT_MS = 3_000;

export function natsOption(): Option {
  return new Option('--nats <url>', 'the NATS server (or NATS_URL)');
}

/**
 * Connects for one command, runs it, and disconnects. The command is told on how many servers it keeps what it creates.
 * @throws {UsageError} when nobody said which server; an error with code `NATS_UNREACHABLE` when it does not answer
 */
export async function withNats<T>(
  given: string | undefined,
  use: (connection: NatsConnection, subjects: Subjects, replicas: number) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment(process.env);
  const url = given ?? environment.NATS_URL;
  if (url === undefined) throw new UsageError('which NATS server? Set NATS_URL or give --nats URL');
  const connection = await connectNats({
    url,
    name: 'knell-cli',
    log: createLogger('silent'),
    firstTimeoutMs: FIRST_TIMEOUT_MS,
  });
  try {
    return await use(connection, createSubjects(environment.KNELL_PREFIX), environment.KNELL_REPLICAS);
  } finally {
    await connection.close();
  }
}

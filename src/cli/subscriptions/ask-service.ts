import { ErrorCode, type Msg, type NatsConnection, NatsError } from 'nats';
import type { z } from 'zod';
import { ApiError } from '../../contracts/subscription-api.ts';
import { UsageError } from '../../service/config.ts';

const TIMEOUT_MS = 3_000;

/**
 * Asks the running service.
 *
 * @throws {UsageError} when the service finds the request bad
 * @throws {Error} with code `NATS_UNREACHABLE`, `TIMEOUT` or `NOT_FOUND`
 */
export async function askService<T extends z.ZodType>(
  connection: NatsConnection,
  subject: string,
  request: object,
  reply: T,
): Promise<z.output<T>> {
  const json: unknown = (await send(connection, subject, request)).json();
  const error = ApiError.safeParse(json);
  if (!error.success) return reply.parse(json);
  if (error.data.code === 'BAD_REQUEST') throw new UsageError(error.data.message);
  const code = error.data.code === 'UNAVAILABLE' ? 'TIMEOUT' : error.data.code;
  throw Object.assign(new Error(error.data.message), { code });
}

async function send(connection: NatsConnection, subject: string, request: object): Promise<Msg> {
  try {
    return await connection.request(subject, JSON.stringify(request), { timeout: TIMEOUT_MS });
  } catch (cause) {
    const code = cause instanceof NatsError ? cause.code : undefined;
    if (code === ErrorCode.NoResponders) {
      throw Object.assign(
        new Error(`no knell service answers on ${subject}: start one with \`knell serve\`, or check KNELL_PREFIX`, {
          cause,
        }),
        { code: 'NATS_UNREACHABLE' },
      );
    }
    if (code === ErrorCode.Timeout) {
      throw Object.assign(new Error(`the knell service did not answer within ${TIMEOUT_MS} ms`, { cause }), {
        code: 'TIMEOUT',
      });
    }
    throw cause;
  }
}

import { ErrorCode, type JetStreamManager, type NatsConnection } from 'nats';

/** What says of JetStream nothing: the server itself did not answer. */
const UNANSWERED: ReadonlySet<unknown> = new Set([
  ErrorCode.Timeout,
  ErrorCode.Disconnect,
  ErrorCode.ConnectionClosed,
  ErrorCode.PermissionsViolation,
]);

/**
 * What manages the server's JetStream.
 *
 * @throws {Error} with code `JETSTREAM_DISABLED` where there is none; whatever the client throws where the server does not answer
 */
export async function openJetStream(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await connection.jetstreamManager();
  } catch (cause) {
    if (UNANSWERED.has((cause as { code?: unknown }).code)) throw cause;
    throw Object.assign(
      new Error('this NATS server has no JetStream: start it with -js, or enable jetstream in its configuration', {
        cause,
      }),
      { code: 'JETSTREAM_DISABLED' },
    );
  }
}

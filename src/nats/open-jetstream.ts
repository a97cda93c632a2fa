import type { JetStreamManager, NatsConnection } from 'nats';

/**
 * What manages the server's JetStream.
 *
 * @throws {Error} with code `JETSTREAM_DISABLED` where there is none
 */
export async function openJetStream(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await connection.jetstreamManager();
  } catch (cause) {
    throw Object.assign(
      new Error('this NATS server has no JetStream: start it with -js, or enable jetstream in its configuration', {
        cause,
      }),
      { code: 'JETSTREAM_DISABLED' },
    );
  }
}

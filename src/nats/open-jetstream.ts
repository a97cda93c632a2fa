import type { JetStreamManager, NatsConnection } from 'nats';
import { askAgain } from './ask-again.ts';
import { explainJetStream, sentenceOf } from './explain-jetstream.ts';

/**
 * What manages the server's JetStream.
 *
 * @throws {Error} with code `JETSTREAM_DISABLED` where there is none, and `JETSTREAM_AWAY` where it has no leader now; whatever the
 *   client throws where the server does not answer
 */
export async function openJetStream(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await askAgain(() => connection.jetstreamManager());
  } catch (cause) {
    const problem = explainJetStream(cause, connection.info);
    if (!problem) throw cause;
    throw Object.assign(new Error(sentenceOf(problem), { cause }), { code: problem.code });
  }
}

import { ErrorCode, type JetStreamManager, NatsError } from 'nats';
import { explainForbidden } from '../login/connect-error.ts';
import { explainJetStream, sentenceOf } from './explain-jetstream.ts';
import { unheardBy } from './stream-settings.ts';

/** JetStream's error code for a stream that does not exist (https://github.com/nats-io/nats-server/blob/main/server/errors.json). */
const STREAM_NOT_FOUND = 10059;

/**
 * Whether a message found nobody who takes it. That alone does not say why: a stream that was deleted, one that listens to other
 * subjects and one without a leader look the same, since only a leader subscribes to them.
 */
export function isUntaken(error: unknown): boolean {
  return error instanceof NatsError && error.api_error === undefined && error.code === ErrorCode.NoResponders;
}

/**
 * Asks the server why nobody took a message for a stream. Only who leads JetStream says of a stream that it is not found; where nobody
 * leads JetStream, each server says that (`jsStreamInfoRequest` in nats-server's `server/jetstream_api.go`). Of a stream without a leader its servers tell,
 * and name none (seen from nats-server 2.9.10).
 *
 * @param wanted the subjects that are published to, with wildcards
 * @returns what the server said, and what to do
 */
export async function explainUntaken(manager: JetStreamManager, stream: string, wanted: string): Promise<string> {
  try {
    const { config, cluster } = await manager.streams.info(stream);
    if (cluster && !cluster.leader) {
      return `the stream ${stream} has no leader now: more than half of the ${config.num_replicas} servers that keep it must run and reach each other. Start those that are away`;
    }
    const unheard = unheardBy(config, wanted);
    if (unheard !== undefined) return `the stream ${stream} ${unheard}`;
    return `the stream ${stream} did not take it, and is there now: it is tried again`;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === STREAM_NOT_FOUND) {
      return `the stream ${stream} is gone: restart the service, which makes it anew`;
    }
    const problem = explainJetStream(error);
    if (problem) return sentenceOf(problem);
    const why = explainForbidden(error)?.message ?? (error instanceof Error ? error.message : String(error));
    return `no stream takes it, and JetStream does not say of ${stream} why (${why})`;
  }
}

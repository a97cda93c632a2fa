import { ErrorCode, type NatsConnection, NatsError } from 'nats';

/** Why JetStream does nothing of what it is asked for. */
export interface JetStreamProblem {
  /** `JETSTREAM_DISABLED`: it is off here. `JETSTREAM_AWAY`: it is not, and may answer later. */
  readonly code: 'JETSTREAM_DISABLED' | 'JETSTREAM_AWAY';
  /** What is true, and what to do. */
  readonly message: string;
}

/** JetStream's error codes (https://github.com/nats-io/nats-server/blob/main/server/errors.json). */
const NO_LEADER = 10008;
const NOT_ENABLED = new Set([10039, 10076]);

/**
 * Why JetStream as a whole did not do what it was asked for. That it is off is said only where the server says so: in a cluster without a
 * quorum it answers with the same code 503.
 *
 * @param info what the server tells of itself, where it is known
 * @returns undefined where the error is about something else
 */
export function explainJetStream(error: unknown, info?: NatsConnection['info']): JetStreamProblem | undefined {
  if (!(error instanceof NatsError)) return undefined;
  const number = error.api_error?.err_code;
  if (number === NO_LEADER) {
    return {
      code: 'JETSTREAM_AWAY',
      message:
        'its servers have no leader: more than half of all servers of the cluster that have JetStream must run and reach each other (2 of 3, 3 of 5). Start those that are away',
    };
  }
  if (number !== undefined && NOT_ENABLED.has(number)) {
    return {
      code: 'JETSTREAM_DISABLED',
      message: 'this NATS server has no JetStream for this account: enable jetstream for it in the configuration',
    };
  }
  const isUntaken = error.api_error === undefined && String(error.code) === String(ErrorCode.NoResponders);
  if (!isUntaken || !info) return undefined;
  if (info.jetstream) {
    return { code: 'JETSTREAM_AWAY', message: 'the server has it, but takes no request: it may be starting' };
  }
  return {
    code: 'JETSTREAM_DISABLED',
    message:
      'this NATS server has no JetStream: start it with -js, or enable jetstream in its configuration; where other servers of its cluster have it, start those',
  };
}

/** The same in one sentence, for whoever asked for something. */
export function sentenceOf({ code, message }: JetStreamProblem): string {
  return code === 'JETSTREAM_AWAY' ? `JetStream does not answer: ${message}` : message;
}

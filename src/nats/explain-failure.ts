import { ErrorCode, NatsError } from 'nats';
import { explainForbidden } from '../login/connect-error.ts';
import { explainJetStream, sentenceOf } from './explain-jetstream.ts';

/**
 * Why the NATS server did not do what it was asked for, in words for whoever has to mend it.
 *
 * @returns what happened and what to do; undefined where the error is about something else
 */
export function explainFailure(error: unknown): string | undefined {
  const forbidden = explainForbidden(error);
  if (forbidden) return forbidden.message;
  if (!(error instanceof NatsError)) return undefined;
  const problem = explainJetStream(error);
  if (problem) return sentenceOf(problem);
  // Of a full stream the server says so, with the code that also says that nobody is there.
  const { description } = error.api_error ?? {};
  if (description !== undefined) return `JetStream refused it: ${description} (see "knell doctor")`;
  // Whether it is gone, deaf or without a leader the error does not say: see `explainUntaken`.
  if (error.code === ErrorCode.NoResponders) return 'no stream takes it ("knell doctor" says why)';
  return error.code === ErrorCode.Timeout ? 'the NATS server did not confirm in time (see "knell doctor")' : undefined;
}

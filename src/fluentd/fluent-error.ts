/**
 * What went wrong between knell and Fluentd:
 * - `FLUENT_UNREACHABLE`: no connection
 * - `FLUENT_REFUSED`: the shared-key handshake failed
 * - `FLUENT_CONNECTION_LOST`: the connection ended before the acknowledgement
 * - `FLUENT_TIMEOUT`: no acknowledgement in time
 * - `FLUENT_WRONG_ANSWER`: an answer, but not the acknowledgement of what was sent
 * - `FLUENT_UNSENDABLE`: this record can't be encoded; sending it again will not help
 * - `FLUENT_CLOSED`: the sender was closed
 */
export type FluentErrorCode =
  | 'FLUENT_UNREACHABLE'
  | 'FLUENT_REFUSED'
  | 'FLUENT_CONNECTION_LOST'
  | 'FLUENT_TIMEOUT'
  | 'FLUENT_WRONG_ANSWER'
  | 'FLUENT_UNSENDABLE'
  | 'FLUENT_CLOSED';

/** A record was not acknowledged by Fluentd. It may have arrived all the same, except where it was `FLUENT_UNSENDABLE`. */
export class FluentError extends Error {
  override readonly name = 'FluentError';
  readonly code: FluentErrorCode;

  constructor(code: FluentErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

import { ErrorCode, NatsError } from 'nats';

/** JetStream's error code for a message that is larger than its stream allows. */
const MESSAGE_TOO_LARGE = 10054;

/** Codes of errors that pass by themselves, although the server answered: other workers write, or a newer knell does. */
const PASSING = new Set([
  'RUN_STATE_CONTENDED',
  'RUN_STATE_FROM_NEWER_KNELL',
  'SUBSCRIPTION_CONTENDED',
  'SUBSCRIPTION_FROM_NEWER_KNELL',
]);

/**
 * Whether what failed may work later with the same message: the server was away, had no leader, or was busy, or the limits of a
 * stream or bucket were edited, which then wants a person: what knell writes fits the limits that it makes them with. What else
 * fails does so for the message's own sake, again and again.
 */
export function isOutage(error: unknown): boolean {
  if (error instanceof NatsError) return error.code !== ErrorCode.MaxPayloadExceeded;
  return PASSING.has(String((error as { code?: unknown } | undefined)?.code));
}

/** Whether a message was refused for its length, by the server or by its stream. */
export function isTooLong(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  return error.code === ErrorCode.MaxPayloadExceeded || error.api_error?.err_code === MESSAGE_TOO_LARGE;
}

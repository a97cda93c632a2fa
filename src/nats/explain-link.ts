import type { NatsError } from 'nats';
import { redactText } from '../decode/redact.ts';
import { explainForbidden } from '../login/connect-error.ts';

/** Why a tap's connection or message failed, in words for people, without secrets. */
export function explainLink(error: unknown): string {
  const forbidden = explainForbidden(error);
  if (forbidden) return forbidden.message;
  const { code, message } = error as NatsError;
  // What knell says itself needs no code; of the client's own errors some are a code alone.
  const isOwn = code === undefined || code === message || code.startsWith('NATS_');
  return redactText(isOwn ? message : `${message} (${code})`);
}

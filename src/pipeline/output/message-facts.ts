import type { Occurrence } from '../../classify/occurrence.ts';
import { LOG_HEADERS } from '../../contracts/log-headers.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { decodePayload } from '../../decode/codecs.ts';
import type { LogMessage } from '../ports/ports.ts';

/**
 * A run's first hit also tells what it is and whose credential it uses, where its start has not told. Of one that is
 * known to use an API key, the subscription is not to blame.
 */
export function addToken(state: RunState, message: LogMessage, occurrences: readonly Occurrence[]): RunState {
  const { credential = { kind: 'unknown' as const } } = state;
  const isOpen = credential.kind !== 'api_key' && credential.subscription === undefined;
  const subscription = isOpen ? message.header(LOG_HEADERS.subscription) : undefined;
  return {
    ...state,
    runtime: state.runtime ?? occurrences[0]?.runtime,
    ...(subscription && { credential: { ...credential, subscription } }),
  };
}

/** The first line of a message that is not blank: if its stream holds none before it, the stream's first line. */
export function firstLineIn(message: LogMessage): string | undefined {
  const { data, subject, stream } = message;
  const payload = decodePayload(data, { codec: message.header(LOG_HEADERS.codec), subject });
  if (!payload.ok) return undefined;
  const own = payload.rows.filter((row) => (row.stream ?? stream) === stream).map(({ raw }) => raw.toString('utf8'));
  return own.find((text) => text.trim() !== '');
}

/** The number of a message's first line in its stream, from 0, where the publisher told it. */
export function firstLineNumber(message: LogMessage): number | undefined {
  const text = message.header(LOG_HEADERS.line);
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

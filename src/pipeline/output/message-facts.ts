import type { Occurrence } from '../../classify/occurrence.ts';
import { Early, GoesOn, LOG_HEADERS, StreamFormat, type UnlabelledCodec } from '../../contracts/log-headers.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { SubscriptionId } from '../../contracts/subscription.ts';
import { decodePayload } from '../../decode/codecs.ts';
import type { LogMessage } from '../ports/ports.ts';
import type { Declared } from './stream-context.ts';

/**
 * A run's first hit also tells what it is, what its command may still do and whose credential it uses, where its start event did not say. Of one that is
 * known to use an API key, the subscription is not to blame.
 */
export function addToken(state: RunState, message: LogMessage, occurrences: readonly Occurrence[]): RunState {
  const { credential = { kind: 'unknown' as const } } = state;
  const format = state.format ?? declaredBy(message)('stdout').format;
  const goesOn = state.goes_on ?? GoesOn.safeParse(message.header(LOG_HEADERS.goesOn)?.trim().toLowerCase()).data;
  const isOpen = credential.kind !== 'api_key' && credential.subscription === undefined;
  const subscription = isOpen ? subscriptionIn(message) : undefined;
  return {
    ...state,
    runtime: state.runtime ?? occurrences[0]?.runtime,
    ...(format !== undefined && { format }),
    ...(goesOn !== undefined && { goes_on: goesOn }),
    ...(subscription && { credential: { ...credential, subscription } }),
  };
}

/** The subscription that a message names, where it names one. */
export function subscriptionIn(message: LogMessage): string | undefined {
  return SubscriptionId.safeParse(message.header(LOG_HEADERS.subscription)).data;
}

/** What the message says of the stream it is of; of another one, that its rows name, it only says the runtime. */
export function declaredBy(message: LogMessage): (stream: StreamName) => Declared {
  const runtime = message.header(LOG_HEADERS.runtime);
  const format = StreamFormat.safeParse(message.header(LOG_HEADERS.format)?.trim().toLowerCase()).data;
  return (stream) => ({ runtime, format: stream === message.stream ? format : undefined });
}

/** The lines of a stream that a message brings, without blank ones. */
export function linesAtHand(
  message: LogMessage,
  wanted: StreamName,
  unlabelled: UnlabelledCodec | undefined,
): string[] {
  const { data, subject, labelled } = message;
  const payload = decodePayload(data, { codec: message.header(LOG_HEADERS.codec), subject, labelled, unlabelled });
  if (!payload.ok) return [];
  const own = payload.rows.filter(({ stream = message.stream, unread }) => stream === wanted && !unread);
  return own.map(({ raw }) => raw.toString('utf8')).filter((text) => text.trim() !== '');
}

/** Whether a message's lines may have been printed before the run's agent was there, as its host saw it. */
export function earlyOf(message: Pick<LogMessage, 'header'>): Early | undefined {
  return Early.safeParse(message.header(LOG_HEADERS.early)).data;
}

/** The number of a message's first line in its stream, from 0, where the publisher said it. */
export function firstLineNumber(message: LogMessage): number | undefined {
  const text = message.header(LOG_HEADERS.line);
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
